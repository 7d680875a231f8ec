package decode

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Schemas open messages whose bytes do not say how to read them: Avro's and
// protobuf's.
type Schemas interface {
	// layer returns how to open a message. header names what stood in front of it,
	// a registry's layer, and id is what that says of the schema: a number in
	// decimal digits, or a UUID; both are empty where nothing stood there. The
	// reason says why a message with such a header cannot be opened.
	layer(header, id string) (l layer, reason error)
	// String names the schemas and their content, for the receipt.
	String() string
}

// openMessage opens data as a message, if it says for certain what it is or some
// schema takes all of it.
func (o *opener) openMessage(data []byte) bool {
	layers := o.message(data)
	for i, l := range layers {
		if i == len(layers)-1 {
			o.peel(l, data)
			return true
		}
		inner, ok := o.strip(l, data)
		if !ok {
			return true
		}
		data = inner
	}
	return false
}

// message returns the layers of a message, outermost first, or none. A header is
// looked for before a schema may take it for values.
func (o *opener) message(data []byte) []layer {
	if l, ok := o.single(data); ok {
		return []layer{l}
	}
	if layers := o.headed(data); layers != nil {
		return layers
	}
	l, err := o.fitting("", "", data, o.left)
	if l.name != "" {
		return []layer{l}
	}
	if err != nil && o.refused == nil {
		o.refused = fmt.Errorf("binary data that does not fit: %w", err)
	}
	return nil
}

// fitting returns the layer of the first schema that takes all of the body, with
// at most left bytes coming out. The error says why the last did not, or nothing
// where none is for such messages and nothing stood in front.
func (o *opener) fitting(header, id string, body []byte, left int) (fits layer, reason error) {
	for _, s := range o.schemas {
		l, err := s.layer(header, id)
		if err != nil {
			if header != "" && reason == nil {
				reason = err
			}
			continue
		}
		if !o.May(l.name) || len(body) == 0 {
			continue
		}
		inner, err := l.peel(body, max(0, min(left, o.most(body))))
		if err == nil {
			return peeled(l.name, inner), nil
		}
		reason = fmt.Errorf("opening %s: %w", l.name, err)
	}
	return layer{}, reason
}

// Avro's single objects begin with two bytes and the fingerprint of the schema,
// eight bytes, the lowest first.
//
// https://avro.apache.org/docs/current/specification/#single-object-encoding
var singleMagic = []byte{0xC3, 1}

const singleHeader = 2 + 8

// fingerprintOf is the fingerprint in a single object's header.
func fingerprintOf(data []byte) (fingerprint uint64, ok bool) {
	if len(data) < singleHeader || !bytes.HasPrefix(data, singleMagic) {
		return 0, false
	}
	return binary.LittleEndian.Uint64(data[len(singleMagic):]), true
}

// single returns how to open a single object of a schema that was given: ten
// bytes of header are sure.
func (o *opener) single(data []byte) (layer, bool) {
	fingerprint, ok := fingerprintOf(data)
	if !ok || !o.May("avro") {
		return layer{}, false
	}
	for _, s := range o.schemas {
		if a, ok := s.(*Avro); ok && a.byFingerprint[fingerprint] != nil {
			peel := a.byFingerprint[fingerprint].peel
			return layer{name: "avro", peel: func(data []byte, limit int) ([]byte, error) { return peel(data[singleHeader:], limit) }}, true
		}
	}
	o.refused = fmt.Errorf("Avro single object of the schema with fingerprint %016x: give --avro with that schema", fingerprint)
	return layer{}, false
}
