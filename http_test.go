package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

func overHTTP(t *testing.T, env []string) asker { return startHTTP(t, env) }

// TestFaultsOverHTTP: what comes of a fault over HTTP is what comes of it over
// stdio, midway in a refresh, which has most to lose, and for a new caller.
func TestFaultsOverHTTP(t *testing.T) {
	t.Parallel()
	var rows []fakeapi.Row
	for i := range 500 {
		rows = append(rows, fakeapi.Row{"id": fmt.Sprintf("model_%d", i), "name": fmt.Sprintf("Model %d", i), "type": "custom"})
	}
	lasting := func(f fakeapi.Fault, page int) (faults []fakeapi.Fault) {
		for n := range 10 {
			f.On = page + n
			faults = append(faults, f)
		}
		return faults
	}
	for _, f := range requestFaults {
		if raceDetector() && (f.fault.Kind == fakeapi.FaultGzipBomb || f.fault.Kind == fakeapi.FaultBigBody) {
			continue // they are about memory
		}
		least, most := 1, 1
		switch {
		case f.fault.Kind == fakeapi.FaultReset:
			least, most = 4, 5
		case f.retried:
			least, most = 4, 4
		}
		if !slow(f.fault) { // what takes seconds takes them over stdio
			s := situations()[3]
			t.Run(f.name+", lasts, "+s.name, func(t *testing.T) {
				t.Parallel()
				expectHarm(t, s, observe(t, overHTTP, s, rows[:s.rows()], faultPage, lasting(f.fault, s.page)...), f.says, least, most)
			})
		}
		// Here the pair is not known, and the fault strikes its check too.
		t.Run(f.name+", a new caller", func(t *testing.T) {
			t.Parallel()
			_, base := serveFake(t, fakeapi.Options{Public: rows[:faultBefore], Faults: lasting(f.fault, 1)})
			env := []string{"SCENARIO_BASE_URL=" + base}
			if slow(f.fault) {
				env = append(env, "SCENARIO_REQUEST_TIMEOUT=1s", "SCENARIO_CALL_TIMEOUT=4s")
			}
			status, text, err := startHTTP(t, env).as("a").post(t.Context(), eras()[0].call("1", "list_public_models", "{}"))
			says, want := strings.ToUpper(f.says[:1])+f.says[1:], http.StatusOK
			if f.fault.Kind == fakeapi.FaultWrongKey {
				says, want = "Scenario refused this pair of API key and secret", http.StatusUnauthorized
			}
			if err != nil || status != want || !strings.Contains(text, says) {
				t.Errorf("%v, %d %s; want %d and %q", err, status, text, want, says)
			}
		})
	}
	for _, f := range listFaults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s := situations()[2]
			o := observe(t, overHTTP, s, rows[:max(s.rows(), f.page)], f.page, fakeapi.Fault{Kind: f.kind})
			if o.String() != f.refresh || !strings.Contains(o.told(), f.says) {
				t.Errorf("want %s and %q: %s, %+v", f.refresh, f.says, o, o.answer)
			}
		})
	}
}

// roundRobin is a proxy that sends each request to the next replica.
func roundRobin(t *testing.T, replicas ...*website) *website {
	var next atomic.Int64
	proxy := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			to, err := url.Parse(replicas[int(next.Add(1))%len(replicas)].url)
			if err != nil {
				panic(err)
			}
			r.Out.URL.Host, r.Out.URL.Scheme = to.Host, to.Scheme
			r.Out.Host = r.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(proxy.Close)
	return &website{replicas[0].process, proxy.URL + "/mcp", ""}
}

// TestReplicas: the pages of one client come in order, whichever replica makes
// each, in both eras. A page made of another reading of the list says so.
func TestReplicas(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		own := fakeapi.Generate(1, 60, fakeapi.GenOptions{Private: true})
		fake, base := serveFake(t, fakeapi.Options{Private: own})
		env := []string{"SCENARIO_BASE_URL=" + base, "SCENARIO_PRIVATE_TTL=1s"}
		replicas := []*website{startHTTP(t, env), startHTTP(t, env)}
		site := roundRobin(t, replicas...).as("team")
		for _, line := range e.hello {
			if status, text, err := site.post(t.Context(), line); err != nil || status > 202 {
				t.Fatal(err, status, text)
			}
		}
		page := func(site *website, offset int) (p struct {
			answer
			NextOffset *int   `json:"next_offset"`
			AsOf       string `json:"as_of"`
		}) {
			p.answer = parseAnswer(t, site.ask(e.call("1", "list_private_models", fmt.Sprintf(`{"limit":7,"offset":%d}`, offset))))
			if err := json.Unmarshal([]byte(p.Text), &p); err != nil {
				t.Fatal(err)
			}
			return p
		}
		ids := map[string]bool{}
		for offset := 0; ; {
			p := page(site, offset)
			for _, m := range p.Models {
				ids[m.ID] = true
			}
			if p.Total != len(own) || p.NextOffset == nil {
				break
			}
			offset = *p.NextOffset
		}
		if len(ids) != len(own) {
			t.Errorf("%d models in all pages, want %d", len(ids), len(own))
		}
		for _, replica := range replicas {
			if replica.as("team").ask(e.call("1", "list_private_models", "{}")).Error != nil {
				t.Error("a replica was not asked")
			}
		}
		// One replica reads the list anew, after it changed; the other has the page before.
		before := page(replicas[0].as("team"), 0)
		fake.SetLists(nil, own[1:])
		time.Sleep(1100 * time.Millisecond) // as_of counts seconds, and so does the list's time
		page(replicas[1].as("team"), 0)
		after := page(replicas[1].as("team"), *before.NextOffset)
		if after.AsOf == before.AsOf || !strings.Contains(after.Note, "changed when it was read anew") {
			t.Errorf("a page of another reading says %q, as of %s and %s", after.Note, before.AsOf, after.AsOf)
		}
	})
}

// TestHTTPShowsNoSecrets: what a server for many says and logs, at every level,
// holds no caller's credentials, no token, and not the operator's.
func TestHTTPShowsNoSecrets(t *testing.T) {
	t.Parallel()
	_, base := serveFake(t, fakeapi.Options{Public: fakeapi.Generate(1, 3, fakeapi.GenOptions{}), Key: secretKey, Secret: secretValue})
	const token = "token-Vw7Kc2Rm9Xq4"
	for name, env := range map[string][]string{
		"pairs": {"SCENARIO_BASE_URL=" + base},
		"token": secretEnv(base, "SCENARIO_HTTP_TOKEN="+token),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := startHTTP(t, append(env, "SCENARIO_LOG_LEVEL=debug"))
			var said strings.Builder
			for _, authorize := range []func(*http.Request){
				func(r *http.Request) { r.SetBasicAuth(secretKey, secretValue) },
				func(r *http.Request) { r.SetBasicAuth(secretKey, secretValue[:9]) },
				func(r *http.Request) { r.SetBasicAuth(secretValue, secretKey) },
				func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) },
				func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token[:9]) },
				func(r *http.Request) { r.Header.Set("Authorization", secretKey+":"+secretValue) },
			} {
				for _, body := range append(calls(eras()[0], "model_1"), "{", `{"jsonrpc":"2.0","id":1,"method":"none"}`) {
					r := site.request(t.Context(), body)
					authorize(r)
					resp, err := http.DefaultClient.Do(r)
					if err != nil {
						t.Fatal(err)
					}
					text, err := io.ReadAll(resp.Body)
					resp.Body.Close()
					fmt.Fprintln(&said, resp.Status, resp.Header, string(text), err)
				}
			}
			site.finish()
			site.wait()
			for what, text := range map[string]string{"an answer": said.String(), "the log": site.stderr.String()} {
				if expectNoSecret(t, what, text); strings.Contains(text, token) || strings.Contains(text, token[:9]) {
					t.Errorf("%s shows the token:\n%s", what, text)
				}
			}
			if !strings.Contains(said.String(), "200 OK") || !strings.Contains(said.String(), "401 Unauthorized") {
				t.Errorf("not every caller was met:\n%s", said.String())
			}
		})
	}
}

// TestHTTPKeepsNothing: a server for many writes no file.
func TestHTTPKeepsNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, base := serveFake(t, fakeapi.Options{Public: fakeapi.Generate(1, 3, fakeapi.GenOptions{})})
	site := startHTTP(t, []string{"SCENARIO_BASE_URL=" + base, "SCENARIO_CACHE_DIR=" + dir, "HOME=" + dir, "TMPDIR=" + dir})
	for _, call := range calls(eras()[0], "model_1") {
		if m := site.as("a").ask(call); m.Error != nil && m.Error.Code == -32603 {
			t.Errorf("answered %s", m.raw)
		}
	}
	site.finish()
	site.wait()
	if files := filesBelow(t, dir); len(files) > 0 {
		t.Errorf("%v were written", files)
	}
}

// TestStdioStartsNoHTTP: a server for one does nothing of HTTP before main.
func TestStdioStartsNoHTTP(t *testing.T) {
	t.Parallel()
	cmd := program(t.Context(), []string{"GODEBUG=inittrace=1"}, "-version")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "init internal/bytealg") && !strings.Contains(string(out), "init runtime") {
		t.Fatalf("%v: %s", err, out)
	}
	for _, name := range []string{"streamable", "golang-lru"} {
		if strings.Contains(string(out), name) {
			t.Errorf("%s is initialized:\n%s", name, out)
		}
	}
}

// TestClientLeavesMidway: a call whose client leaves asks the service no more, and
// the next is served.
func TestClientLeavesMidway(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, e era) {
		asked := make(chan context.Context, 10)
		upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/models/model_1") {
				asked <- r.Context()
				<-r.Context().Done()
				return
			}
			_, _ = io.WriteString(w, `{"models":[{"id":"model_1","name":"one","type":"custom"}]}`)
		}))
		t.Cleanup(upstream.Close)
		site := startHTTP(t, []string{"SCENARIO_BASE_URL=" + upstream.URL + "/v1"}).as("a")
		ctx, leave := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			_, _, err := site.post(ctx, e.call("1", "get_models", `{"ids":["model_1"]}`))
			left <- err
		}()
		under := <-asked
		leave()
		if err := <-left; err == nil {
			t.Error("an answer for a client that left")
		}
		select {
		case <-under.Done():
		case <-time.After(time.Minute):
			t.Error("the service is still asked")
		}
		if a := parseAnswer(t, site.ask(e.call("2", "list_private_models", "{}"))); a.Total != 1 {
			t.Errorf("the next call: %+v", a)
		}
	})
}

// TestHTTPExposure: the operator's account is lent to nobody unasked.
func TestHTTPExposure(t *testing.T) {
	t.Parallel()
	own := []string{"SCENARIO_API_KEY=k", "SCENARIO_API_SECRET=s"}
	missing := t.TempDir() + "/none"
	for _, tt := range []struct {
		env  []string
		args []string
		says string
	}{
		{own, []string{"-listen", "0.0.0.0:0"}, "everybody who reaches 0.0.0.0:0 could use the account of SCENARIO_API_KEY: set SCENARIO_HTTP_TOKEN"},
		{own, []string{"-listen", ":0"}, "everybody who reaches :0 could use"},
		{own, []string{"-listen", "[::]:0"}, "everybody who reaches [::]:0 could use"},
		{own, []string{"-listen", "example.com:0"}, "everybody who reaches example.com:0 could use"},
		{[]string{"SCENARIO_HTTP_TOKEN=t"}, nil, "SCENARIO_HTTP_TOKEN needs SCENARIO_API_KEY and SCENARIO_API_SECRET"},
		{append(own, "SCENARIO_HTTP_TOKEN=<token>"), nil, "SCENARIO_HTTP_TOKEN: still an example's placeholder"},
		{append(own, "SCENARIO_HTTP_TOKEN_FILE="+missing), nil, "SCENARIO_HTTP_TOKEN_FILE: cannot read"},
		{append(own, "SCENARIO_HTTP_TOKEN_FILE=token"), nil, "SCENARIO_HTTP_TOKEN_FILE: not an absolute path"},
		{own[:1], nil, "SCENARIO_API_SECRET: missing"},
		{nil, []string{"-listen", "8080"}, "-listen takes ADDRESS:PORT"},
		{nil, []string{"-listen", "127.0.0.1:99999"}, "cannot listen on 127.0.0.1:99999"},
		{nil, []string{"-tls"}, "there is no flag -tls"},
		{nil, []string{"now"}, `http takes no "now"`},
	} {
		out, err := program(t.Context(), tt.env, append([]string{"http"}, tt.args...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), tt.says) {
			t.Errorf("%v %v: %v, %s; want %q", tt.env, tt.args, err, out, tt.says)
		}
	}
	file := t.TempDir() + "/token"
	if err := os.WriteFile(file, []byte("token\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, base := serveFake(t, fakeapi.Options{})
	site := startHTTP(t, slices.Concat(account(base), []string{"SCENARIO_HTTP_TOKEN_FILE=" + file}))
	for authorization, want := range map[string]int{"Bearer token": 200, "Bearer token\n": 200, "Bearer other": 401, "": 401} {
		r := site.request(t.Context(), `{"jsonrpc":"2.0","id":1,"method":"ping"}`)
		r.Header.Set("Authorization", strings.TrimSpace(authorization))
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%q is answered %d, want %d", authorization, resp.StatusCode, want)
		}
	}
}
