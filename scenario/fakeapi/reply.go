package fakeapi

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// fail answers with an error, as the service words it.
func (c *call) fail(status int, format string, args ...any) {
	c.reply(status, map[string]any{"reason": fmt.Sprintf(format, args...)})
}

func (c *call) reply(status int, v any) { c.replyJSON(status, marshal(v)) }

// replyJSON sends a body that is not cached.
func (c *call) replyJSON(status int, body []byte) {
	if c.has(FaultTruncated) {
		body = body[:len(body)/2]
	}
	zip := c.zips()
	if zip {
		body = compress(body, gzip.BestSpeed)
	}
	c.send(status, body, zip)
}

func (c *call) zips() bool {
	return !c.opts.NoGzip && strings.Contains(c.r.Header.Get("Accept-Encoding"), "gzip")
}

// send writes the answer, cut, slowed or followed by more, as the fault says.
func (c *call) send(status int, body []byte, zipped bool) {
	h := c.w.Header()
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json")
		h.Set("Vary", "Accept-Encoding")
	}
	if zipped {
		h.Set("Content-Encoding", "gzip")
	}
	if c.fault == nil || !c.fault.Chunked {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	c.w.WriteHeader(status)
	switch {
	case c.has(FaultCut):
		c.write(body[:len(body)/2])
		c.flush()
		panic(http.ErrAbortHandler) // drops the connection
	case c.has(FaultSlow):
		for i := range body {
			if !c.write(body[i:i+1]) || !c.flush() || !c.wait(cmp.Or(c.fault.Delay, 100*time.Millisecond)) {
				return
			}
		}
	case c.has(FaultSurplus):
		c.write(body)
		c.surplus()
	default:
		c.write(body)
	}
}

// write and flush report whether the client is still there.
func (c *call) write(b []byte) bool {
	_, err := c.w.Write(b)
	return err == nil
}

func (c *call) flush() bool { return http.NewResponseController(c.w).Flush() == nil }

// marshal is [json.Marshal] without HTML escapes. A row with a value that JSON
// does not have is a mistake in a test, so it panics.
func marshal(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("fakeapi: marshal: %v", err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func compress(body []byte, level int) []byte {
	var b bytes.Buffer
	z := must(gzip.NewWriterLevel(&b, level))
	z.Write(body) //nolint:errcheck // a buffer takes everything
	z.Close()     //nolint:errcheck // likewise
	return b.Bytes()
}
