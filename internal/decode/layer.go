package decode

import (
	"bytes"
	"slices"
)

// layer is a wrapping of bytes that their first ones tell.
type layer struct {
	name   string
	magics []pattern
	// peel returns what was inside, at most limit bytes, decoded to its end; with
	// an error what came out before it.
	peel func(data []byte, limit int) ([]byte, error)
}

// peeled is a layer that was decoded, within its limit, before it was known to be
// one.
func peeled(name string, inner []byte) layer {
	return layer{name: name, peel: func([]byte, int) ([]byte, error) { return inner, nil }}
}

// pattern is what bytes begin with, as far as mask has bits.
type pattern struct{ bytes, mask []byte }

func (p pattern) matches(data []byte) bool {
	if len(data) < len(p.bytes) {
		return false
	}
	for i, b := range p.bytes {
		if data[i]&p.mask[i] != b {
			return false
		}
	}
	return true
}

// marked are the layers whose magic numbers are sure, gzip's apart.
var marked = slices.Concat(compressions, []layer{
	{"cbor", patterns("D9 D9 F7"), uncbor},
	{"avro", patterns("4F 62 6A 01"), unavro},
})

// layerOf returns the layer that data begins like, if any.
func layerOf(data []byte) (layer, bool) {
	for _, l := range marked {
		for _, magic := range l.magics {
			if magic.matches(data) {
				return l, true
			}
		}
	}
	return layer{}, false
}

// compression names the layer that the magic number tells, if it does.
func compression(data []byte) string {
	if bytes.HasPrefix(data, gzipMagic) {
		return "gzip"
	}
	l, _ := layerOf(data)
	return l.name
}

// padding is what may follow the end of a layer: it hides no event.
const padding = "\x00\r\n"

func onlyPadding(data []byte) bool { return len(bytes.Trim(data, padding)) == 0 }
