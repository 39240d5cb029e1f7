package tools

import "scenario-mcp/scenario"

// performance is what Scenario measured of a model.
type performance struct {
	Of    string  `json:"of,omitempty"` // a capability
	Cost  float64 `json:"cost,omitempty"`
	P50   float64 `json:"seconds_p50,omitempty"`
	P75   float64 `json:"seconds_p75,omitempty"`
	Arena float64 `json:"arena,omitempty"`
}

func showPerformance(measured []scenario.Performance) (shown []performance) {
	for _, p := range measured {
		shown = append(shown, performance{p.Of, p.Cost, p.P50, p.P75, p.Arena})
	}
	return shown
}
