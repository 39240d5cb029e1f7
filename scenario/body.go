package scenario

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// corrupt reports whether an error is about what was compressed.
func corrupt(err error) bool {
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || holds[flate.CorruptInputError](err)
}

// source bounds a body, in all and between two tokens. The decoder must hold a
// whole scalar in memory, even one that is skipped. The source remembers its
// error, because the decoder wraps what it is given.
type source struct {
	r     io.Reader
	dec   *jsontext.Decoder
	read  int64 // bytes
	left  int64 // bytes that may still be read
	begun bool
	html  bool // the body starts as a page does
	err   error
}

var errTooLarge = errors.New("too large")

func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err // a second read of the body would not say that the time is over
	}
	// One byte more than allowed tells a full body from one that is too large.
	n, err := s.r.Read(p[:min(int64(len(p)), s.left+1)])
	s.left -= int64(n)
	s.read += int64(n)
	if n > 0 && !s.begun {
		s.begun = true
		s.html = bytes.HasPrefix(bytes.TrimSpace(p[:n]), []byte("<"))
	}
	if s.left < 0 || s.read-s.dec.InputOffset() > maxScalar {
		n, err = 0, errTooLarge
	}
	s.err = err
	return n, err
}
