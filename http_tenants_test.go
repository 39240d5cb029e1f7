package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"scenario-mcp/scenario/fakeapi"
)

// teams is the service as accounts of several keys see it: each has lists of its
// own, the public one too, whose models name their owner. Other keys are
// refused.
func teams(t *testing.T, keys []string) (base string) {
	accounts := map[string]*fakeapi.Server{"": fakeapi.New(fakeapi.Options{Key: "nobody"})}
	for _, key := range keys {
		owner := ownerOf(key)
		list := func(ids string, n int) (rows []fakeapi.Row) {
			for i := range n {
				rows = append(rows, fakeapi.Row{
					"id": fmt.Sprintf(ids, i), "name": fmt.Sprintf("Model %d of owner-%s-", i, owner), "type": "custom",
					"tags": []string{"owner-" + owner + "-", "common"}, "shortDescription": "Made for owner-" + owner + "-.",
				})
			}
			return rows
		}
		accounts[key] = fakeapi.New(fakeapi.Options{
			Public: list("model_common-%d", 120), Private: list("model_own-"+owner+"-%d", 60), MaxPage: 30, Latency: 2 * time.Millisecond,
		})
		t.Cleanup(accounts[key].Close)
	}
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, secret, _ := r.BasicAuth()
		if accounts[key] == nil || secret != "secret-of-"+key {
			key = ""
		}
		accounts[key].ServeHTTP(w, r)
	}))
	t.Cleanup(upstream.Close)
	return upstream.URL + "/v1"
}

// ownerOf is how models name the owner of a key, which itself shows nowhere.
func ownerOf(key string) string { return strings.Replace(key, "team", "no", 1) }

// TestTenantsNeverCross lets many tenants ask, cancel, leave and want progress all
// at once, with the same ids, at two replicas. Nobody sees a word of another's
// models, or loses a call to another.
func TestTenantsNeverCross(t *testing.T) {
	t.Parallel()
	var keys []string
	for i := range 12 {
		keys = append(keys, fmt.Sprintf("team%d", i))
	}
	env := []string{"SCENARIO_BASE_URL=" + teams(t, keys), "SCENARIO_PRIVATE_TTL=20ms", "SCENARIO_PUBLIC_TTL=50ms"}
	site := roundRobin(t, startHTTP(t, env), startHTTP(t, env))

	var (
		group sync.WaitGroup
		owned atomic.Int64 // words by which an owner is known
	)
	for i, key := range keys {
		for host := range 2 {
			random := rand.New(rand.NewPCG(*randomSeed, uint64(2*i+host)))
			group.Go(func() {
				for range 60 {
					tenantStep(t, site.as(key), eras()[random.IntN(2)], random, keys, &owned)
				}
			})
		}
	}
	group.Go(func() {
		for i := range 60 {
			if status, text, err := site.as(fmt.Sprintf("stranger%d", i)).post(t.Context(), eras()[0].call("1", "list_private_models", "{}")); status != http.StatusUnauthorized || err != nil {
				t.Errorf("a stranger is answered %d, %s, %v", status, text, err)
			}
		}
	})
	group.Wait()
	if owned.Load() < 1000 {
		t.Errorf("owners were seen in only %d places", owned.Load())
	}
}

// tenantStep does one thing as a tenant, checks what comes of it, and counts the
// owners that it sees.
func tenantStep(t *testing.T, site *website, e era, random *rand.Rand, keys []string, owned *atomic.Int64) {
	id := fmt.Sprint(1 + random.IntN(5)) // the others have the same
	other := ownerOf(keys[random.IntN(len(keys))])
	meta := `"_meta":{"progressToken":` + id + `}`
	if e.meta != "" {
		meta = strings.Replace(e.meta, "{", `{"progressToken":`+id+`,`, 1)
	}
	request := func(method, params string) string {
		return `{"jsonrpc":"2.0","id":` + id + `,"method":"` + method + `","params":{` + params + `,` + meta + `}}`
	}
	call := func(tool, arguments string) string {
		return request("tools/call", `"name":"`+tool+`","arguments":`+arguments)
	}
	bodies := []string{
		call("list_private_models", `{"limit":5}`),
		call("list_public_models", fmt.Sprintf(`{"limit":5,"offset":%d}`, random.IntN(100))),
		call("search_models", `{"query":"made for team"}`),
		call("list_model_tags", `{}`),
		call("get_models", fmt.Sprintf(`{"ids":["model_common-%d","model_own-%s-%d"]}`, random.IntN(100), other, random.IntN(60))),
		request("resources/read", fmt.Sprintf(`"uri":"scenario://models/model_own-%s-%d"`, other, random.IntN(60))),
		request("completion/complete", `"ref":{"type":"ref/resource","uri":"scenario://models/{id}"},"argument":{"name":"id","value":"model_"}`),
	}
	body := bodies[random.IntN(len(bodies))]
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	leaves := false
	switch random.IntN(6) {
	case 0:
		if status, text, err := site.post(ctx, cancelLine(id)); status != http.StatusAccepted || text != "" || err != nil {
			t.Errorf("a cancellation is answered %d, %s, %v", status, text, err)
		}
	case 1:
		leaves = true
		time.AfterFunc(time.Duration(random.IntN(5000))*time.Microsecond, leave)
	}
	status, text, err := site.post(ctx, body)
	switch {
	case leaves && err != nil:
		return
	case err != nil || status != 200 && status != 400:
		t.Errorf("%s: %s is answered %d, %s, %v", site.key, body, status, text, err)
	case !strings.HasPrefix(text, `{"jsonrpc":"2.0","id":`+id+`,`) || strings.Count(text, `"jsonrpc"`) != 1:
		t.Errorf("%s: %s is answered %s", site.key, body, text)
	case strings.Contains(text, "cancel"):
		t.Errorf("%s lost %s: %s", site.key, body, text)
	}
	for _, owner := range regexp.MustCompile(`owner-(\w+)-`).FindAllStringSubmatch(text, -1) {
		if owned.Add(1); owner[1] != ownerOf(site.key) {
			t.Errorf("%s sees models of %s: %s", site.key, owner[1], text)
		}
	}
}
