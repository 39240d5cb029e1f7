package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestServe(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		models int
		prefix string
	}{
		{[]string{"-key", "k", "-secret", "s", "-max-page", "50"}, 50, "model_sample-"},
		{[]string{"-key", "k", "-secret", "s", "-models", "30", "-mode", "guide", "-fault", "status@2,status=503"}, 20, "model_gen"},
	} {
		ctx, stop := context.WithCancel(t.Context())
		out, in := io.Pipe()
		done := make(chan error)
		go func() { done <- run(ctx, append(tt.args, "-addr", "127.0.0.1:0"), in, io.Discard) }()
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		base, example, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if want := "try: curl --compressed -u k:s '" + base + "/models/public'"; example != want {
			t.Errorf("example %q, want %q", example, want)
		}
		get := func() (int, []struct{ ID string }) {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/models/public", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.SetBasicAuth("k", "s")
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			var page struct{ Models []struct{ ID string } }
			if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, page.Models
		}
		if status, models := get(); status != 200 || len(models) != tt.models || !strings.HasPrefix(models[0].ID, tt.prefix) {
			t.Errorf("%v: %d, %d models", tt.args, status, len(models))
		}
		if status, _ := get(); (status == 503) != strings.Contains(strings.Join(tt.args, " "), "-fault") {
			t.Errorf("%v: second request %d", tt.args, status)
		}
		stop()
		if err := <-done; err != nil {
			t.Errorf("%v: %v", tt.args, err)
		}
	}
}

func TestServeRefuses(t *testing.T) {
	for _, args := range []string{"-mode odd", "-fault fire", "-models -1", "extra", "-addr nowhere:x"} {
		if err := run(t.Context(), strings.Fields(args), io.Discard, io.Discard); err == nil {
			t.Errorf("%s: no error", args)
		}
	}
}
