package decode

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

// openMessage opens data as a bare message, if some schema takes all of it.
func (o *opener) openMessage(data []byte) bool {
	for _, s := range o.schemas {
		l, err := s.layer("", "")
		if err != nil || len(data) == 0 || !o.May(l.name) {
			continue
		}
		if inner, err := l.peel(data, o.most(data)); err == nil {
			o.peel(layer{l.name, nil, func([]byte, int) ([]byte, error) { return inner, nil }}, data)
			return true
		}
	}
	return false
}
