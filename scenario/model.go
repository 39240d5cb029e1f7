package scenario

import "time"

// Scope says whose models a list holds.
type Scope string

// The two lists the service has.
const (
	Private Scope = "private" // the account's own models
	Public  Scope = "public"  // the catalog every account sees
)

// Model is one row of a model list with what a listing, a filter or a search
// needs. The service's rows are 2 to 7 kB each, and this is a few hundred bytes.
// Every text in it has passed [Clean]. Every field but ID may be empty, because
// the service may leave any of them out.
type Model struct {
	ID          string
	Name        string
	Description string // shortDescription
	Type        string // open set: "custom", "flux.1-lora", "checkpoint", …
	Status      string // open set; "" and "trained" both mean ready
	Privacy     string
	Provider    string // complianceMetadata.modelProvider
	Maintainer  string // complianceMetadata.maintainer
	Licence     string // host and path of complianceMetadata.licenseTerms
	Retention   string // complianceMetadata.dataProcessingComment
	ProcessedBy string // complianceMetadata.subProcessor
	Enterprise  string // complianceMetadata.enterpriseStatus

	Capabilities []string
	Tags         []string // without the deprecated:… marks

	Plan         Plan     // lowest plan that may run it
	RunsOn       []string // ids of base models a LoRA needs (compliantModelIds)
	Parts        []string // model ids a composition is made of (concepts)
	Deprecated   bool
	DeprecatedBy string // successor's id from a deprecated:<id> tag, if it names one

	CreatedAt time.Time
	UpdatedAt time.Time

	Thumbnail Picture // zero when the row has none (three rows of four)
	Example   string  // first of exampleAssetIds
}

// Ready reports whether the model can be run as far as its status tells.
func (m *Model) Ready() bool { return m.Status == "" || m.Status == "trained" }

// Picture names a model's thumbnail. URL is kept only where the row has no asset
// id. The vendor's CDN serves an asset's thumbnail by id, while most addresses in
// rows are signed, long and short-lived.
type Picture struct {
	AssetID string
	URL     string
}

// Plan is the service's accessRestrictions number: the lowest subscription that
// may run a model. Values between the named ones were seen, so a value means the
// next named plan up. Plans compare by their numbers.
type Plan int

// The plans and their numbers.
const (
	Free       Plan = 0
	Creator    Plan = 25
	Pro        Plan = 50
	Team       Plan = 75
	Enterprise Plan = 100

	// PlanUnknown is a restriction that cannot be read. It is above every named
	// plan, because none is known to run the model.
	PlanUnknown Plan = 101
)

// Plans lists the named plans, lowest first.
func Plans() []Plan { return []Plan{Free, Creator, Pro, Team, Enterprise} }

// Ceil returns the named plan at or above p, or [PlanUnknown].
func (p Plan) Ceil() Plan {
	for _, q := range Plans() {
		if p <= q {
			return q
		}
	}
	return PlanUnknown
}

// String returns the plan's name, after [Plan.Ceil].
func (p Plan) String() string {
	switch p.Ceil() {
	case Free:
		return "Free"
	case Creator:
		return "Creator"
	case Pro:
		return "Pro"
	case Team:
		return "Team"
	case Enterprise:
		return "Enterprise"
	}
	return "unknown"
}
