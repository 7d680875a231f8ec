package decode

import "fmt"

// guess tries the formats that no magic number tells, each of which must take
// all of the data. What only such a format accepts is searched and printed, but
// counts as opaque, unless it was asked for or a JSON object or array comes out
// of it.
func (o *opener) guess(data []byte) bool {
	for _, l := range guesses {
		if !o.May(l.name) {
			continue
		}
		inner, err := l.peel(data, o.most(data))
		if err != nil || len(inner) == 0 {
			if o.asked(l.name) && err != nil && !o.auto && len(o.named) == 1 {
				o.stop(Broken, fmt.Errorf("opening %s: %w", l.name, err))
				return true
			}
			continue
		}
		if !o.asked(l.name) && !l.proves(inner) {
			if !Readable(inner) {
				continue // binary by chance
			}
			o.unsure = fmt.Errorf("only looks like %s, as other data may by chance", l.name)
		}
		o.peel(peeled(l.name, inner), data)
		return true
	}
	return false
}

// guessed is a layer without a magic number.
type guessed struct {
	layer
	// proves tells whether what was inside proves the layer.
	proves func(inner []byte) bool
}

var guesses = []guessed{
	{layer{name: "snappy", peel: unsnappyRaw}, isDocument},
	{layer{name: "msgpack", peel: unmsgpack}, never},
	{layer{name: "cbor", peel: uncbor}, never},
}

func never([]byte) bool { return false }

// isDocument tells whether text is a JSON object or array, or several.
func isDocument(text []byte) bool {
	documents, err := parseJSON(text)
	return err == nil && documents != nil && startsLikeJSON(documents[0])
}
