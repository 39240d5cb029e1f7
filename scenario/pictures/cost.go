package pictures

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
)

// cost is how many bytes decoding a picture takes at most, by what its header
// says.
func (f format) cost(c image.Config, body []byte) int64 {
	pixels := int64(c.Width) * int64(c.Height)
	switch f.name {
	case "JPEG":
		return jpegCost(c, body)
	case "PNG":
		if _, indexed := c.ColorModel.(color.Palette); !indexed {
			pixels *= 4
		}
		if pngHas(body, 24, 16) { // bits a sample
			pixels *= 2
		}
		if pngHas(body, 28, 1) { // interlaced: its passes are pictures of their own
			pixels *= 2
		}
		return pixels
	case "GIF":
		return 2 * pixels // twice where it is interlaced
	}
	switch {
	case bytes.Contains(body, []byte("VP8L")):
		return 8 * pixels // before its last transform and after
	case bytes.Contains(body, []byte("ALPH")):
		return 7 * pixels
	}
	return 2 * pixels
}

func pngHas(body []byte, at int, value byte) bool { return len(body) > at && body[at] == value }

// jpegCost counts the samples, which colors may have fewer of. A progressive
// picture holds a coefficient for each until its last scan.
func jpegCost(c image.Config, body []byte) int64 {
	// Pictures are made of blocks of up to 32 pixels a side.
	pixels := (int64(c.Width) + 31) * (int64(c.Height) + 31)
	samples, first := int64(0), int64(1)
	progressive, components := jpegFrame(body)
	for i := 0; i+2 < len(components); i += 3 {
		blocks := int64(components[i+1]>>4) * int64(components[i+1]&15)
		if i == 0 {
			first = max(1, blocks)
		}
		samples += (pixels*blocks + first - 1) / first
	}
	if progressive {
		samples *= 5
	}
	if len(components) == 3*4 || c.ColorModel == color.RGBAModel {
		samples += 4 * pixels // what is not in YCbCr is written to another picture
	}
	return max(samples, pixels)
}

// jpegFrame reads the first segment of a JPEG that says what its scans are, and
// returns what it says of each component, in three bytes. Others before it, such
// as a camera's notes, may hold any bytes.
func jpegFrame(body []byte) (progressive bool, components []byte) {
	for i := 2; i+4 <= len(body) && body[i] == 0xff; {
		length := int(binary.BigEndian.Uint16(body[i+2:]))
		switch marker := body[i+1]; {
		case marker == 0xff: // fill
			i++
		case marker >= 0xc0 && marker <= 0xc2:
			const head = 2 + 8 // its marker, length, depth, height, width and number of components
			if i+2+length > len(body) || length < head-2 {
				return false, nil // the decoder will say so
			}
			return marker == 0xc2, body[i+head : i+2+length]
		default:
			i += 2 + length
		}
	}
	return false, nil
}
