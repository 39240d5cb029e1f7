package fakeapi_test

import (
	"fmt"
	"net/http"

	"scenario-mcp/scenario/fakeapi"
)

// The second request is told to come back later.
func Example() {
	api := fakeapi.New(fakeapi.Options{
		Public: fakeapi.Generate(1, 709, fakeapi.GenOptions{}),
		Faults: []fakeapi.Fault{{On: 2, Kind: fakeapi.FaultStatus, Status: http.StatusTooManyRequests, RetryAfter: "2"}},
	})
	defer api.Close()
	base, err := api.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		r, err := http.NewRequest(http.MethodGet, base+"/models/public?pageSize=500", nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		r.SetBasicAuth("key", "secret")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		fmt.Printf("%d %q\n", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	for _, r := range api.Requests() {
		fmt.Println(r.List, r.Path, r.Query.Get("pageSize"), r.Authorized)
	}
	// Output:
	// 200 ""
	// 429 "2"
	// 200 ""
	// 1 /v1/models/public 500 true
	// 2 /v1/models/public 500 true
	// 3 /v1/models/public 500 true
}
