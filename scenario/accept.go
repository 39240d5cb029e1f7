package scenario

import "context"

// Accepted asks the service, with a request or two and no retries, whether it
// accepts the client's credentials. An [*Error] of [KindUnauthorized] says that it
// does not; any other error leaves that open.
func (c *Client) Accepted(ctx context.Context) error {
	p := &probe{client: c, left: len(dialects()), rates: make(map[string]string)}
	return p.reach(ctx).Credentials.Err
}
