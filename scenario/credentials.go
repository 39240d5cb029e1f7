package scenario

import (
	"fmt"
	"net/http"
)

// Credentials are an API key and its secret. The zero value has none. They live
// in a closure, so that they cannot be printed, logged or marshaled, not even by
// reflection.
type Credentials struct {
	pair func() (key, secret string)
}

// NewCredentials keeps a key and its secret; of two empty strings it makes the
// zero value.
func NewCredentials(key, secret string) Credentials {
	if key == "" && secret == "" {
		return Credentials{}
	}
	return Credentials{pair: func() (string, string) { return key, secret }}
}

// IsZero reports whether there are no credentials.
func (c Credentials) IsZero() bool { return c.pair == nil }

// Format prints a placeholder whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) {
	text, _ := c.MarshalText()
	_, _ = f.Write(text)
}

// MarshalText returns the same placeholder; JSON and slog use it.
func (c Credentials) MarshalText() ([]byte, error) {
	if c.IsZero() {
		return []byte("none"), nil
	}
	return []byte(redacted), nil
}

// authorize puts the credentials on a request.
func (c Credentials) authorize(req *http.Request) {
	req.SetBasicAuth(c.pair())
}
