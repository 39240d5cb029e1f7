// Package upstream is the smallest client of the model API. It gets one page
// with net/http and reads it with encoding/json.
package upstream

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

// Model is what the yardsticks keep of a row.
type Model struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Type         string   `json:"type"`
	Capabilities []string `json:"capabilities"`
	Tags         []string `json:"tags"`
}

// Page asks for the first 20 public models and returns them as JSON.
func Page(ctx context.Context) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, os.Getenv("SCENARIO_BASE_URL")+"/models/public?pageSize=20", nil)
	if err != nil {
		return "", err
	}
	request.SetBasicAuth(os.Getenv("SCENARIO_API_KEY"), os.Getenv("SCENARIO_API_SECRET"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %s", response.Status)
	}
	var page struct {
		Models []Model `json:"models"`
	}
	if err := json.NewDecoder(response.Body).Decode(&page); err != nil {
		return "", err
	}
	text, err := json.Marshal(page.Models)
	return string(text), err
}
