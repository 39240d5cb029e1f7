package fakeapi

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// sampleFiles are models.json and inputs.json, and the first picture of each
// model under the model's short id.
//
//go:embed sample
var sampleFiles embed.FS

// readSample decodes a JSON file of sampleFiles.
func readSample[T any](name string) T {
	var v T
	err := json.Unmarshal(must(sampleFiles.ReadFile("sample/"+name)), &v)
	return must(v, err)
}

// must is for what can fail only where this package is wrong.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("fakeapi: %v", err))
	}
	return v
}

// sampleModel is a model in models.json, which is written by hand and so kept
// short. Ids lack "model_sample-", names lack "Sample ".
type sampleModel struct {
	ID, Name, Type   string
	Description      string
	Capabilities     string   // separated by spaces
	Tags             []string // without the deprecated: tag
	Provider         string
	Maintainer       string // "" is the provider
	Plan             int
	Created, Updated string // days
	Inputs           string // see parseInputs; "" is those of the capabilities
	Pictures         *int   // example assets; null is 4
	RunsOn           []string
	Parts            []string // of a composition
	Successor        string   // makes it deprecated
	Status           string   // "" is trained
	Progress         *float64 // of a training
	Images           int      // trained on
	Collection       string
}

// Sample returns the catalog of -demo: 79 invented public models of every type,
// and 8 own ones of an invented studio. Every name starts with "Sample", every
// id with "model_sample-". Callers may change the rows.
func Sample() (public, private []Row) {
	file := readSample[struct {
		Providers       map[string]map[string]any // of complianceMetadata
		Public, Private []sampleModel
	}]("models.json")
	for _, m := range file.Public {
		public = append(public, m.row("public", file.Providers))
	}
	for _, m := range file.Private {
		private = append(private, m.row("private", file.Providers))
	}
	return public, private
}

// What the ids of sample models and of their pictures start with.
const (
	sampleID    = "model_sample-"
	sampleAsset = "asset_sample-"
)

func (m sampleModel) row(privacy string, providers map[string]map[string]any) Row {
	r := Row{
		"id":                   sampleID + m.ID,
		"name":                 "Sample " + m.Name,
		"shortDescription":     m.Description,
		"type":                 m.Type,
		"custom":               m.Type == "custom",
		"status":               cmp.Or(m.Status, "trained"),
		"privacy":              privacy,
		"source":               "scenario",
		"capabilities":         strings.Fields(m.Capabilities),
		"tags":                 m.Tags,
		"createdAt":            m.Created + "T09:00:00.000Z",
		"updatedAt":            m.Updated + "T16:30:00.000Z",
		"collectionIds":        []string{},
		"exampleAssetIds":      []string{},
		"trainingImagesNumber": m.Images,
		"parameters":           map[string]any{},
		"description":          "# Sample " + m.Name + "\n\n" + m.Description + "\n\nThis model is invented. It is part of the sample catalog and cannot be run.\n",
	}
	if m.Successor != "" {
		r["tags"] = append(m.Tags, "deprecated:"+sampleID+m.Successor)
	}
	if m.Provider != "" {
		facts := map[string]any{"modelProvider": m.Provider, "maintainer": cmp.Or(m.Maintainer, m.Provider)}
		maps.Copy(facts, providers[m.Provider])
		r["complianceMetadata"] = facts
	}
	if m.Plan > 0 {
		r["accessRestrictions"] = m.Plan
	}
	if m.Progress != nil {
		r["trainingProgress"] = *m.Progress
	}
	if m.Collection != "" {
		r["collectionIds"] = []string{"collection_sample-" + m.Collection}
	}
	if len(m.RunsOn) > 0 {
		ids := []string{}
		for _, id := range m.RunsOn {
			ids = append(ids, sampleID+id)
		}
		r["compliantModelIds"] = ids
		if privacy == "private" {
			r["parentModelId"] = ids[0]
		}
	}
	if len(m.Parts) > 0 {
		concepts := []map[string]any{}
		for _, id := range m.Parts {
			concepts = append(concepts, map[string]any{"modelId": sampleID + id, "scale": 0.8})
		}
		r["concepts"] = concepts
	}
	pictures := 4
	if m.Pictures != nil {
		pictures = *m.Pictures
	}
	if pictures > 0 {
		var assets []string
		for i := range pictures {
			assets = append(assets, sampleAsset+m.ID+"-"+strconv.Itoa(i+1))
		}
		r["exampleAssetIds"] = assets
		r["thumbnail"] = map[string]any{"assetId": assets[0], "url": "/cdn/thumbnails/" + assets[0]}
	}
	if m.Inputs != "" {
		r["inputs"] = shortInputs(m.Inputs)
	}
	return r
}
