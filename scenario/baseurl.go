package scenario

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// DefaultBaseURL is where the service lives.
const DefaultBaseURL = "https://api.cloud.scenario.com/v1"

// CheckBaseURL returns a base URL as a [Client] keeps it: its host in lower case,
// its end without a slash. It must be https, or http to a loopback host. The error
// says what is wrong and what to write instead. It quotes nothing, because
// credentials could be anywhere in the address.
func CheckBaseURL(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", errors.New("not an https:// address; write e.g. " + DefaultBaseURL)
	}
	u.Host = strings.ToLower(u.Host) // HTTP_PROXY would get what goes to LOCALHOST
	switch {
	case u.User != nil:
		return "", errors.New("has a user name or password in it; give credentials apart from the address")
	case strings.ContainsAny(address, "?#"):
		return "", errors.New("has a query or fragment in it; write the address without ? and #")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "", errors.New("http would send credentials in the clear; write https://")
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// sameOrigin follows redirects within the first request's scheme, host and port
// only. The standard policy takes the Authorization header along to another
// port of the same host, and to subdomains.
func (c *Client) sameOrigin(req *http.Request, via []*http.Request) error {
	switch {
	case origin(req.URL) != origin(via[0].URL):
		return &redirectError{host: Clean(c.redact(Clean(req.URL.Host, 0)), 100)}
	case len(via) > 3:
		return &redirectError{}
	}
	return nil
}

func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}
