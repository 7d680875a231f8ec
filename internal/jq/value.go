package jq

import (
	"fmt"

	"github.com/itchyny/gojq"
)

// Parse reads one JSON document as a program takes it: numbers keep their
// digits as json.Number, the last of equal names wins as in jq, and invalid
// UTF-8 becomes U+FFFD. Nesting deeper than 10,000 is an error, and so are more
// than valuesMax values in all.
//
// The strings of the value are stretches of one copy of the document wherever they
// are spelled as they are.
func Parse(document []byte) (any, error) {
	p := parsers.Get().(*parser)
	defer p.release()
	p.text = string(document)
	if value, ok := p.document(); ok {
		return value, nil
	}
	return nil, fmt.Errorf("reading JSON: %w", p.why(document))
}

const (
	// valuesMax bounds the values of a document, each of which takes up to sixty bytes
	// of memory, the ones that take three in the document too.
	valuesMax = 1 << 21
	// depthMax is how deep JSON may nest, as in jsontext.
	depthMax = 10_000
)

var errValues = fmt.Errorf("more than %d values, our limit", valuesMax)

// Encode writes an output as jq -c prints it, sorted by name. A number that
// passed through the program untouched keeps its digits. Encode panics on a
// value that no program can give.
func Encode(output any) []byte {
	text, err := gojq.Marshal(output)
	if err != nil {
		panic(err) // gojq writes to memory and has no error to give
	}
	return text
}
