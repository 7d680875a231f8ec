package match

import (
	"context"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
)

// JQ accepts user records for which p gives an output that is neither false nor
// null: for any one of the blob's documents, each a run of its own, or, if the
// blob is text, for that text as a string. The hit has no Path.
//
// A document that p accepts decides, whatever another did. Where none does, one
// that p fails on, or runs out of time on, is an error.
//
// An opaque or broken blob is never run: JQ refuses it without an error, and
// that refusal is no answer. The caller counts such a record as a hole by its
// State.
func JQ(p *jq.Program) Matcher { return program{p} }

type program struct{ *jq.Program }

func (p program) Match(s Subject) (Hit, bool, error) {
	if s.Blob.State != decode.Read {
		return Hit{}, false, nil
	}
	meta := MetaMap(s.User.Meta())
	if len(s.Blob.Documents) == 0 {
		ok, err := p.accepts(innermost(s.Blob), meta)
		return Hit{Whole: ok}, ok, err
	}
	var failure error
	for _, document := range s.Blob.Documents {
		ok, err := p.acceptsDocument(document, meta)
		if ok {
			return Hit{Whole: true}, true, nil
		}
		if failure == nil {
			failure = err
		}
	}
	return Hit{}, false, failure
}

func (p program) acceptsDocument(document []byte, meta map[string]any) (bool, error) {
	value, err := jq.Parse(document)
	if err != nil {
		return false, err
	}
	return p.accepts(value, meta)
}

// accepts tells whether an output is true to jq; one from before an error is
// still an output.
func (p program) accepts(value any, meta map[string]any) (bool, error) {
	outputs, err := p.Run(context.Background(), value, meta)
	if jq.Truthy(outputs) {
		return true, nil
	}
	return false, err
}

// innermost is the text of a blob that is text.
func innermost(blob decode.Blob) string {
	if len(blob.Bytes) == 0 {
		return ""
	}
	return string(blob.Bytes[len(blob.Bytes)-1])
}
