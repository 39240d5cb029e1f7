package pictures

import (
	"container/list"
	"image"
	"sync"
	"time"
)

// failureTTL is how long a failure is remembered.
const failureTTL = 30 * time.Second

type cacheKey struct {
	address string
	size    int // 0 for the file as it was sent
}

// entry is how a fetch ended: with a picture or with an error; or it is the
// file, so that the same picture in another size is not fetched again.
type entry struct {
	picture *image.RGBA
	file    []byte
	err     *Error
}

func (e entry) result() (image.Image, error) {
	if e.err != nil {
		return nil, e.err // not e.err's nil: that would be no nil error
	}
	return e.picture, nil
}

// cache keeps the entries used last, up to a number of bytes.
type cache struct {
	max int64

	mu    sync.Mutex
	size  int64
	order *list.List // of *cached, used last first
	items map[cacheKey]*list.Element
}

type cached struct {
	key     cacheKey
	entry   entry
	bytes   int64
	expires time.Time // zero for pictures: an asset's does not change
}

func newCache(limit int64) *cache {
	return &cache{max: limit, order: list.New(), items: map[cacheKey]*list.Element{}}
}

func (c *cache) get(key cacheKey) (entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[key]
	if !ok {
		return entry{}, false
	}
	v := e.Value.(*cached)
	if !v.expires.IsZero() && !time.Now().Before(v.expires) {
		c.drop(e)
		return entry{}, false
	}
	c.order.MoveToFront(e)
	return v.entry, true
}

func (c *cache) put(key cacheKey, e entry) {
	v := &cached{key: key, entry: e, bytes: int64(len(key.address)+cap(e.file)) + 256} // some for the entry itself
	if e.err != nil {
		v.expires = time.Now().Add(failureTTL)
	}
	if e.picture != nil {
		v.bytes += int64(len(e.picture.Pix))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.items[key]; ok {
		c.drop(old)
	}
	if v.bytes > c.max {
		return
	}
	c.items[key] = c.order.PushFront(v)
	for c.size += v.bytes; c.size > c.max; {
		c.drop(c.order.Back())
	}
}

// drop forgets an entry; mu is held.
func (c *cache) drop(e *list.Element) {
	v := c.order.Remove(e).(*cached)
	delete(c.items, v.key)
	c.size -= v.bytes
}
