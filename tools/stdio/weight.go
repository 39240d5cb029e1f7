package stdio

import "fmt"

// The library decodes a message into maps and lists, which take many times its
// bytes, and keeps them for as long as the handler runs.

const (
	// maxValues and maxDepth bound one message. Real ones have a few dozen values
	// and six levels.
	maxValues = 5_000
	maxDepth  = 64
	// maxDecoded is shared by the messages whose handlers run. A byte counts for
	// the copies that the library makes, and a value for what holds it.
	maxDecoded   = 6 << 20
	decodedByte  = 3
	decodedValue = 400
	// smallValues is how many values of a message do not count, beside the first
	// smallRequest bytes: maxRunning bounds those.
	smallValues = 64
)

// weigh returns what a message takes once it is decoded, beyond what each may, or
// says why it is too much for any. The message must be valid JSON.
func weigh(line []byte) (weight int64, fault string) {
	values, depth, level, inText := 0, 0, 0, false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			values++
			level++
			depth = max(depth, level)
		case c == '}' || c == ']':
			level--
		case c == ',' || c == ':':
			values++
		}
	}
	switch {
	case depth > maxDepth:
		return 0, fmt.Sprintf("message nests more than %d levels deep", maxDepth)
	case values > maxValues:
		return 0, fmt.Sprintf("message holds more than %d values", maxValues)
	}
	return int64(decodedByte*max(0, len(line)-smallRequest) + decodedValue*max(0, values-smallValues)), ""
}
