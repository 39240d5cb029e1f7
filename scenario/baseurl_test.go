package scenario

import (
	"strings"
	"testing"
)

func TestBaseURL(t *testing.T) {
	tests := []struct{ address, want, problem string }{
		{address: "https://api.example.com/v1", want: "https://api.example.com/v1"},
		{address: "HTTPS://API.example.com:8443/V1//", want: "https://api.example.com:8443/V1"},
		{address: "http://localhost:1/v1", want: "http://localhost:1/v1"},
		{address: "http://LOCALHOST:1", want: "http://localhost:1"},
		{address: "http://127.0.0.1:1/", want: "http://127.0.0.1:1"},
		{address: "http://127.9.9.9", want: "http://127.9.9.9"},
		{address: "http://[::1]:1/v1", want: "http://[::1]:1/v1"},
		{address: "http://[::ffff:127.0.0.1]:1", want: "http://[::ffff:127.0.0.1]:1"},
		{address: "http://api.example.com", problem: "in the clear"},
		{address: "http://localhost.example:1", problem: "in the clear"},
		{address: "http://127.0.0.1.example.com", problem: "in the clear"},
		{address: "http://127.1", problem: "in the clear"},
		{address: "http://10.0.0.1", problem: "in the clear"},
		{address: "http://[::2]:1", problem: "in the clear"},
		{address: "http://[::1%25lo]:1/v1", problem: "in the clear"},
		{address: "ftp://127.0.0.1", problem: "not an https:// address"},
		{address: "api.example.com", problem: "not an https:// address"},
		{address: "https://", problem: "not an https:// address"},
		{address: "https://:443", problem: "not an https:// address"},
		{address: "https://me:hunter2@api.example.com/%zz", problem: "not an https:// address"},
		{address: "https://me:hunter2@api.example.com", problem: "user name or password"},
		{address: "https://me@api.example.com", problem: "user name or password"},
		{address: "https://api.example.com/?a=hunter2", problem: "query or fragment"},
		{address: "https://api.example.com/#hunter2", problem: "query or fragment"},
		{address: "https://api.example.com/?", problem: "query or fragment"},
	}
	for _, test := range tests {
		got, err := CheckBaseURL(test.address)
		switch {
		case got != test.want || (err == nil) != (test.problem == ""):
			t.Errorf("%s: %q, error %v, want %q", test.address, got, err, test.want)
		case err != nil && (!strings.Contains(err.Error(), test.problem) || strings.Contains(err.Error(), "hunter2")):
			t.Errorf("%s: error %v, want %q and nothing of the address", test.address, err, test.problem)
		}
		if c, err := New(Options{BaseURL: test.address}); (err == nil) != (test.problem == "") || err == nil && c.base != test.want {
			t.Errorf("%s: New takes it: %v", test.address, err == nil)
		}
	}
	if c, err := New(Options{}); err != nil || c.base != DefaultBaseURL {
		t.Errorf("without a base URL: %v", err)
	}
}
