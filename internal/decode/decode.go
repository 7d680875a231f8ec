// Package decode opens a blob, layer by layer. The one idea: a blob counts as
// read only when every layer was decoded to its end and what lies innermost is
// text or JSON; of anything else it says what stopped it, and never guesses. It
// does not take aggregated records apart, and it searches nothing.
package decode

import (
	"bytes"
	"errors"
	"fmt"
)

// State says whether a blob could be read; law 1 of the proof rests on it.
type State int

const (
	// Read means decoded to its end: text, or a recognised format opened whole.
	Read State = iota
	// Broken means that it shows a format and fails, or exceeds a limit.
	Broken
	// Opaque means anything else.
	Opaque
)

// Limits of one blob. Whatever exceeds one is Broken.
const (
	// MaxLayers is how many layers around the innermost bytes are peeled.
	MaxLayers = 4
	// MaxDecoded bounds the bytes of all decoded layers together.
	MaxDecoded = 64 << 20
	// MaxNesting is how deep JSON may nest, the default of Jackson too.
	MaxNesting = 1000
	// MaxDocuments is how many JSON values may follow each other. A record of
	// 10 MiB reaches it, uncompressed, only with fewer than 40 bytes to each.
	MaxDocuments = 1 << 18
)

// Blob is a user record's data with its layers peeled.
type Blob struct {
	// State, with Err as its reason when it is not Read.
	State State
	Err   error
	// Layers names what was peeled, outermost first: gzip or base64, and json
	// when the innermost bytes are JSON, be it one value or several.
	Layers []string
	// Bytes are the bytes of every layer, the data itself first and then one for
	// each layer but json. All of them are searched, whatever the State. The last
	// of a Broken blob may be cut short: what came out before it failed.
	Bytes [][]byte
	// Documents are the JSON values in the innermost bytes, in order; none when
	// those are text or binary. They are valid UTF-8, but may give a name twice,
	// and a \u escape in them may be half of a surrogate pair.
	Documents [][]byte
	// Text tells that the innermost bytes are text and not JSON.
	Text bool
}

// Open peels data. What was neither compressed nor encoded is a view into data;
// what came out of a layer is a buffer of its own, which the caller may keep.
func Open(data []byte) Blob {
	o := opener{left: MaxDecoded}
	o.open(data)
	return o.blob
}

var (
	errTooLarge   = fmt.Errorf("more than %d MiB decoded, our limit", MaxDecoded>>20)
	errTooLayered = fmt.Errorf("more than %d layers, our limit", MaxLayers)
	errBadJSON    = errors.New("starts like JSON, but is not readable text")
)

// opener is a blob being opened.
type opener struct {
	blob Blob
	left int // bytes that may still be decoded
}

// open takes the next layer's bytes. Text is judged before magic numbers, some
// of which are letters; gzip's can never be text.
func (o *opener) open(data []byte) {
	o.blob.Bytes = append(o.blob.Bytes, data)
	if bytes.HasPrefix(data, gzipMagic) {
		o.peel("gzip", func() ([]byte, error) { return gunzip(data, o.left) })
		return
	}
	documents, err := parseJSON(data)
	switch {
	case err != nil:
		o.stop(Broken, fmt.Errorf("parsing JSON: %w", err))
	case documents != nil:
		o.blob.Layers = append(o.blob.Layers, "json")
		o.blob.Documents = documents
	case readable(data):
		o.openText(data)
	default:
		o.stop(judge(data))
	}
}

// openText looks for base64 in what is readable as it stands.
func (o *opener) openText(text []byte) {
	inner, ok := unbase64(text)
	if !ok || !recognised(inner) && !encodesText(text, inner) {
		o.blob.Text = true
		return
	}
	o.peel("base64", func() ([]byte, error) {
		if len(inner) > o.left {
			return nil, errTooLarge
		}
		return inner, nil
	})
}

// peel decodes one layer and goes on with what was inside.
func (o *opener) peel(layer string, decode func() ([]byte, error)) {
	if len(o.blob.Layers) == MaxLayers {
		o.stop(Broken, fmt.Errorf("opening %s: %w", layer, errTooLayered))
		return
	}
	inner, err := decode()
	o.left -= len(inner)
	if err == nil || len(inner) > 0 {
		o.blob.Layers = append(o.blob.Layers, layer)
	}
	if err == nil {
		o.open(inner)
		return
	}
	if len(inner) > 0 {
		o.blob.Bytes = append(o.blob.Bytes, inner)
	}
	o.stop(Broken, fmt.Errorf("opening %s: %w", layer, err))
}

func (o *opener) stop(state State, reason error) {
	o.blob.State, o.blob.Err = state, reason
}

// judge says what is wrong with bytes that are neither JSON nor readable text.
func judge(data []byte) (State, error) {
	name, _ := unopened(data)
	switch {
	case name != "":
		return Opaque, fmt.Errorf("%s, which this version cannot open", name)
	case startsLikeJSON(data):
		return Broken, errBadJSON
	}
	return Opaque, errors.New("binary data of no known format")
}
