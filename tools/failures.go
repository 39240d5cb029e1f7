package tools

import (
	"context"
	"errors"
	"fmt"
	"time"

	"scenario-mcp/scenario"
)

// failure words one kind of failure: what happened, as the head of a sentence,
// whether an assistant should call again and what else it should do, and what a
// person should do who made the call by hand.
type failure struct{ what, then, person string }

func failureOf(e *scenario.Error) failure {
	const (
		doctor = "the user can run `scenario-mcp doctor`"
		see    = "Run `scenario-mcp doctor` to see more."
		again  = "Try again; if it goes on, run `scenario-mcp doctor`."
	)
	switch e.Kind {
	case scenario.KindMisconfigured:
		return failure{"the environment of this server is wrong, so nothing was asked",
			"Calling again will not help. Tell the user to correct this in the env block of this server in the host's MCP settings, " +
				"and to restart the server.",
			"Correct these variables."}
	case scenario.KindNoCredentials:
		return failure{"Scenario credentials are missing, so nothing was asked",
			"Calling again will not help. Tell the user to create an API key in the Scenario web app, to set SCENARIO_API_KEY and " +
				"SCENARIO_API_SECRET in the env block of this server in the host's MCP settings, and to restart the server.",
			"Create an API key in the Scenario web app and set SCENARIO_API_KEY and SCENARIO_API_SECRET to its two parts. " +
				"To try it without an account, add -demo."}
	case scenario.KindUnauthorized:
		return failure{"Scenario refused the API key",
			"Calling again will not help. Tell the user to check SCENARIO_API_KEY and SCENARIO_API_SECRET in the host's MCP settings: " +
				"both of the same key, not revoked, nothing cut off; `scenario-mcp doctor` checks them.",
			"Check SCENARIO_API_KEY and SCENARIO_API_SECRET: both of the same key, not revoked, nothing cut off."}
	case scenario.KindPlan:
		return failure{"the account's Scenario plan does not allow this", "Calling again will not help; a model of a lower plan will do.",
			"A model of a lower plan will do."}
	case scenario.KindForbidden:
		return failure{"access to Scenario was blocked on the way, probably by a proxy or firewall",
			"Calling again will not help; " + doctor + " to see what answers.", see}
	case scenario.KindNotFound:
		return failure{"Scenario has nothing at that address",
			"Calling again will not help. If a list is not found, SCENARIO_BASE_URL is probably wrong; `scenario-mcp doctor` checks it.",
			"If a list is not found, SCENARIO_BASE_URL is probably wrong; `scenario-mcp doctor` checks it."}
	case scenario.KindRejected:
		return failure{"Scenario rejected the request", "Calling again will not help; " + doctor + ".", see}
	case scenario.KindRateLimited:
		return failure{"Scenario's rate limit is reached", "Wait a minute, then call again once.", "Try again in a minute."}
	case scenario.KindUnavailable:
		return failure{"Scenario is failing", "Call again in a minute; if it goes on, " + doctor + ".", again}
	case scenario.KindTimeout:
		return failure{"Scenario did not answer in time", "Call again once; if it goes on, " + doctor + ".", again}
	case scenario.KindNetwork:
		return failure{"Scenario could not be reached", "Call again once; if it goes on, the user should check the network, " +
			"the proxy settings and SCENARIO_BASE_URL, or run `scenario-mcp doctor`.",
			"Check the network, the proxy settings and SCENARIO_BASE_URL, or run `scenario-mcp doctor`."}
	case scenario.KindBadAnswer:
		return failure{"Scenario's answer could not be understood",
			"Call again once; if it goes on, SCENARIO_BASE_URL may point to something else than the API; `scenario-mcp doctor` tells.",
			"Try again; if it goes on, SCENARIO_BASE_URL may point to something else than the API; `scenario-mcp doctor` tells."}
	case scenario.KindTooLarge:
		return failure{"Scenario's answer was too large to read", "Calling again will not help; " + doctor + ".", see}
	case scenario.KindRedirected:
		return failure{"Scenario's address redirects elsewhere, where credentials do not follow",
			"Calling again will not help. The user should set SCENARIO_BASE_URL to the final address of the API.",
			"Set SCENARIO_BASE_URL to the final address of the API."}
	case scenario.KindPageCap:
		return failure{"the list is longer than is ever read", "Calling again will not help.", "Narrow it by filters."}
	}
	return failure{"the request to Scenario failed", "Call again once; if it goes on, " + doctor + ".", again}
}

// explain words a failure for the model: what happened, whether calling again
// helps, and what to do. The developer's text of the same error is in the log.
func explain(err error) string {
	e := scenarioError(err)
	if e == nil {
		return "Something unexpected went wrong inside scenario-mcp; its log on stderr has the cause. Call again once."
	}
	f := failureOf(e)
	if e.RetryAfter > 0 {
		f.then = fmt.Sprintf("It asked to wait %s; call again after that.", e.RetryAfter.Round(time.Second))
	}
	return capitalized(f.what) + particulars(e) + ". " + f.then
}

// explainToPerson words a failure for a person who made the call by hand.
func explainToPerson(err error) string {
	e := scenarioError(err)
	if e == nil {
		return "Something unexpected went wrong: " + err.Error()
	}
	f := failureOf(e)
	if e.RetryAfter > 0 {
		f.person = fmt.Sprintf("Try again in %s.", e.RetryAfter.Round(time.Second))
	}
	return capitalized(f.what) + particulars(e) + ". " + f.person
}

// reason is a failure as half a sentence, for a note beside rows.
func reason(err error) string {
	e := scenarioError(err)
	if e == nil {
		return "something unexpected went wrong"
	}
	return failureOf(e).what + particulars(e)
}

// scenarioError finds the client's error; a deadline passed while waiting for
// somebody else's walk is the same to the caller as one passed while asking.
func scenarioError(err error) *scenario.Error {
	e, ok := errors.AsType[*scenario.Error](err)
	if !ok && errors.Is(err, context.DeadlineExceeded) {
		return &scenario.Error{Kind: scenario.KindTimeout}
	}
	return e
}

// particulars are the status and the service's own words, in parentheses.
func particulars(e *scenario.Error) string {
	switch {
	case e.Status != 0 && e.Reason != "":
		return fmt.Sprintf(" (HTTP %d: %s)", e.Status, e.Reason)
	case e.Status != 0:
		return fmt.Sprintf(" (HTTP %d)", e.Status)
	case e.Reason != "":
		return fmt.Sprintf(" (%s)", e.Reason)
	}
	return ""
}
