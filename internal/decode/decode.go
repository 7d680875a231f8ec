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
	// MaxRatio bounds what a layer decodes to, in times its size, once that is more
	// than smallDecoded. The most that gzip can reach is 1,032.
	MaxRatio     = 2000
	smallDecoded = 1 << 20
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
func (d *Decoder) Open(data []byte) Blob {
	blob, _ := d.OpenUnless(data, nil)
	return blob
}

// OpenUnless is Open for who may know by the bytes of all layers alone that a blob is
// none of theirs. It asks once the innermost are known to be text or JSON that Open
// would read, with no layer in them but JSON's: then they need not be parsed. What
// was unread so lacks Documents, Text, and json among its Layers.
func (d *Decoder) OpenUnless(data []byte, refused func(layers [][]byte) bool) (blob Blob, unread bool) {
	return d.OpenUnlessIn(nil, data, refused)
}

// OpenUnlessIn is OpenUnless with room for the Bytes of what is refused as it stands, as
// most is: its blob is a view of that.
func (d *Decoder) OpenUnlessIn(room [][]byte, data []byte, refused func(layers [][]byte) bool) (blob Blob, unread bool) {
	if refused != nil && d.Plain(data) {
		if layers := append(room, data); refused(layers) {
			return Blob{Bytes: layers}, true
		}
		refused = nil // nothing comes out of it
	}
	return d.peeled(data, refused)
}

// peeled opens data that was not refused as it stands: apart from what is, for which an
// opener takes too long to clear.
func (d *Decoder) peeled(data []byte, refused func(layers [][]byte) bool) (blob Blob, unread bool) {
	o := opener{Decoder: d, left: MaxDecoded, refuses: refused}
	o.blob.Bytes = append(o.blob.Bytes, data)
	o.open(data)
	if o.unsure != nil && o.blob.State == Read {
		o.stop(Opaque, o.unsure)
	}
	return o.blob, o.unread
}

// Open is Auto's.
func Open(data []byte) Blob { return Auto.Open(data) }

var (
	errTooLarge   = fmt.Errorf("more than %d MiB decoded, our limit", MaxDecoded>>20)
	errBomb       = fmt.Errorf("more than %d times its size decoded, our limit", MaxRatio)
	errTooLayered = fmt.Errorf("more than %d layers, our limit", MaxLayers)
	errBadJSON    = errors.New("starts like JSON, but is not readable text")
)

// opener is a blob being opened.
type opener struct {
	*Decoder
	blob Blob
	left int // bytes that may still be decoded
	// unsure says of a layer that has no magic, and that nobody asked for, that it
	// may be another.
	unsure error
	// refused says why what looks like a message was not opened as such.
	refused error
	// refuses may be nil, and unread tells that it refused.
	refuses func(layers [][]byte) bool
	unread  bool
}

// open takes the next layer's bytes. Text is judged before magic numbers, some
// of which are letters; gzip's can never be text.
func (o *opener) open(data []byte) {
	if bytes.HasPrefix(data, gzipMagic) && o.May("gzip") {
		o.peel(layer{name: "gzip", peel: gunzip}, data)
		return
	}
	o.refused = nil
	if o.unread = o.refuses != nil && len(o.blob.Bytes) > 1 && o.Plain(data) && o.refuses(o.blob.Bytes); o.unread {
		return
	}
	documents, err := [][]byte(nil), error(nil)
	if o.May("json") {
		documents, err = parseJSON(data)
	}
	switch {
	case err != nil:
		o.stop(Broken, fmt.Errorf("parsing JSON: %w", err))
	case documents != nil:
		o.openJSON(documents)
	case o.openMarked(data) || o.openMessage(data):
	case Readable(data):
		o.openText(data)
	default:
		o.openBinary(data)
	}
}

// openJSON looks for what wraps the documents of others.
func (o *opener) openJSON(documents [][]byte) {
	if len(documents) == 1 {
		for _, e := range envelopes {
			if o.unwrap(e, documents[0]) {
				return
			}
		}
	}
	o.blob.Layers = append(o.blob.Layers, "json")
	o.blob.Documents = documents
}

// unwrap opens an envelope, if document is one and was not just taken out of one.
func (o *opener) unwrap(e envelope, document []byte) bool {
	n := len(o.blob.Layers)
	if !o.May(e.name) || n > 0 && o.blob.Layers[n-1] == e.name || !e.marked(document) {
		return false
	}
	inner, err := e.open(document, o.most(document))
	if inner == nil && err == nil {
		return false
	}
	o.peel(layer{e.name, nil, func([]byte, int) ([]byte, error) { return inner, err }}, document)
	return true
}

// openText looks for base64 in what is readable as it stands.
func (o *opener) openText(text []byte) {
	inner, ok := []byte(nil), false
	if o.May("base64") {
		inner, ok = unbase64(text)
	}
	if format, damaged := damagedBase64(text); !ok && damaged && o.May("base64") {
		o.stop(Broken, fmt.Errorf("starts like base64 of %s, but is none to its end", format))
		return
	}
	if !ok || !o.recognised(inner) && !encodes(text, inner) && !o.asked("base64") {
		o.blob.Text = true
		return
	}
	o.peel(layer{name: "base64", peel: func(_ []byte, limit int) ([]byte, error) {
		if len(inner) > limit {
			return nil, errTooLarge
		}
		return inner, nil
	}}, text)
}

// openMarked opens what a magic number tells for certain.
func (o *opener) openMarked(data []byte) bool {
	l, ok := layerOf(data)
	if ok = ok && o.May(l.name) && !Readable(data); !ok {
		return false
	}
	if l.name == "avro" {
		l = containerLayer(data)
	}
	o.peel(l, data)
	return true
}

// openBinary looks for what only whole decoding tells.
func (o *opener) openBinary(data []byte) {
	if o.May("zlib") && (inflates(data) || o.asked("zlib") && isZlib(data)) {
		o.peel(layer{name: "zlib", peel: unzlib}, data)
		return
	}
	if !o.guess(data) {
		o.stop(o.judge(data))
	}
}

// most is how many bytes may come out of data.
func (o *opener) most(data []byte) int { return min(o.left, max(smallDecoded, MaxRatio*len(data))) }

// peel decodes one layer and goes on with what was inside.
func (o *opener) peel(l layer, data []byte) {
	inner, ok := o.strip(l, data)
	switch {
	case !ok:
	case l.name == "avro":
		o.openLines(inner)
	default:
		o.open(inner)
	}
}

// openLines takes each line for a JSON value. Without any it is empty text.
func (o *opener) openLines(lines []byte) {
	if o.blob.Text = len(lines) == 0; !o.blob.Text {
		o.openJSON(bytes.Split(lines, []byte("\n")))
	}
}

// strip decodes one layer, and tells whether it could.
func (o *opener) strip(l layer, data []byte) (inner []byte, ok bool) {
	if len(o.blob.Layers) == MaxLayers {
		o.stop(Broken, fmt.Errorf("opening %s: %w", l.name, errTooLayered))
		return nil, false
	}
	most := o.most(data)
	inner, err := l.peel(data, most)
	if errors.Is(err, errTooLarge) && most < o.left {
		err = errBomb
	}
	o.left -= len(inner)
	if err == nil || len(inner) > 0 {
		o.blob.Layers = append(o.blob.Layers, l.name)
		o.blob.Bytes = append(o.blob.Bytes, inner)
	}
	if err != nil {
		o.stop(Broken, fmt.Errorf("opening %s: %w", l.name, err))
	}
	return inner, err == nil
}

func (o *opener) stop(state State, reason error) {
	o.blob.State, o.blob.Err = state, reason
}

// judge says what is wrong with bytes that are neither JSON nor readable text.
func (o *opener) judge(data []byte) (State, error) {
	name, _ := unopened(data)
	switch {
	case name != "":
		return Opaque, fmt.Errorf("%s, which this version cannot open", name)
	case startsLikeJSON(data):
		return Broken, errBadJSON
	case o.refused != nil:
		return Opaque, o.refused
	}
	if name := compression(data); name != "" && !o.May(name) {
		return Opaque, fmt.Errorf("%s, which was not to be opened", name)
	}
	return Opaque, errors.New("binary data of no known format")
}
