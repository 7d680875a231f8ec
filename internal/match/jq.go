package match

import (
	"cmp"
	"context"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
)

// JQ accepts user records for which p gives an output that is neither false nor
// null: for any one of the blob's documents, each a run of its own, or, if the
// blob is text, for that text as a string. Text may be base64 of text by chance,
// so then p is asked about both. The hit has no Path.
//
// A document that p accepts decides, whatever another did. Where none does, one
// that p fails on, or runs out of time on, is an error.
//
// An opaque or broken blob is never run: JQ refuses it without an error, and
// that refusal is no answer. The caller counts such a record as a hole by its
// State. Nor is one run that was read and has an Err: nothing is in it.
//
// A blob without the literals that p needs is refused unseen, also where p would
// have failed on it.
func JQ(p *jq.Program) Matcher { return program{p, newPrefilter(p.Literals())} }

type program struct {
	*jq.Program
	prefilter
}

func (p program) Match(s Subject) (Hit, bool, error) {
	if s.Blob.State != decode.Read || s.Blob.Err != nil || s.Refused || !p.mayMatch(s.Blob.Bytes) {
		return Hit{}, false, nil
	}
	meta := MetaFor(p.Program, s.User)
	var failure error
	for _, document := range s.Blob.Documents {
		ok, err := p.acceptsDocument(document, meta)
		if ok {
			return Hit{Whole: true}, true, nil
		}
		failure = cmp.Or(failure, err)
	}
	for _, text := range texts(s.Blob) {
		ok, err := p.accepts(text, meta)
		if ok {
			return Hit{Whole: true}, true, nil
		}
		failure = cmp.Or(failure, err)
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

// texts are what a blob may be as a text: the innermost bytes where they are no
// documents; and those of which they were base64, unless a JSON object or array
// came out, which proves that it was base64.
func texts(blob decode.Blob) []string {
	var all []string
	switch {
	case len(blob.Documents) == 0:
		all = append(all, innermost(blob))
	case blob.Documents[0][0] == '{' || blob.Documents[0][0] == '[':
		return nil
	}
	if n := len(blob.Bytes) - 1; n > 0 && blob.Layers[n-1] == "base64" {
		all = append(all, string(blob.Bytes[n-1]))
	}
	return all
}

// innermost is the text of a blob that is text.
func innermost(blob decode.Blob) string {
	if len(blob.Bytes) == 0 {
		return ""
	}
	return string(blob.Bytes[len(blob.Bytes)-1])
}
