package trace

import (
	"context"
	"encoding/json"
	"fmt"

	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/notice"
	"kinspect/internal/render"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// DataKept has the receipt hold what its matches hold.
type DataKept struct {
	// Redact is a jq program whose outputs are kept in place of the data; empty
	// keeps all of it.
	Redact  string
	program *jq.Program
}

// KeepData has the data of matches kept, less what a jq program leaves out.
func KeepData(redact string) (*DataKept, error) {
	if redact == "" {
		return &DataKept{}, nil
	}
	program, err := jq.Compile(redact)
	if err != nil {
		return nil, fmt.Errorf("--redact: %w", err)
	}
	return &DataKept{redact, program}, nil
}

// of is a user record's data as it is kept: JSON or text, or else bytes. Where it
// holds several documents, as many log events, it is a list of them. On an error
// there is none of it.
func (k *DataKept) of(subject match.Subject) (data json.RawMessage, binary []byte, err error) {
	var values []json.RawMessage
	items := render.Items(subject.User, subject.Blob)
	for _, item := range items {
		outputs, err := k.redact(item)
		if err != nil {
			return nil, nil, err
		}
		for _, output := range outputs {
			e := output.Envelope()
			if e.Data == nil { // which is always the only one
				return nil, append([]byte{}, e.DataBase64...), nil
			}
			values = append(values, e.Data)
		}
	}
	switch {
	case len(values) == 0:
		return nil, nil, nil
	case len(values) == 1 && len(items) == 1:
		return append(json.RawMessage{}, values[0]...), nil, nil
	}
	data, err = json.Marshal(values)
	return data, nil, err
}

func (k *DataKept) redact(item render.Item) ([]render.Item, error) {
	if k.program == nil {
		return []render.Item{item}, nil
	}
	value, err := item.Value()
	if err != nil {
		return nil, err
	}
	outputs, err := k.program.Run(context.Background(), value, match.MetaMap(item.User.Meta()))
	if err != nil {
		return nil, err
	}
	items := make([]render.Item, len(outputs))
	for i, output := range outputs {
		items[i] = item.Replace(jq.Encode(output))
	}
	return items, nil
}

// dataMax is how many bytes of data a receipt keeps, for they stay in memory.
const dataMax = 64 << 20

// dataTaken counts the data that is kept of matches, and those that lack theirs.
type dataTaken struct {
	bytes, dropped int
	failed         int
	cause          error // of the first that failed
}

// take leaves the data of a match out where there is no more room.
func (t *dataTaken) take(m *receipt.Match) {
	size := len(m.Data) + len(m.DataBase64)
	if t.bytes+size > dataMax {
		m.Data, m.DataBase64 = nil, nil
		t.dropped++
		return
	}
	t.bytes += size
}

func (t *dataTaken) fail(cause error) {
	if t.failed++; t.cause == nil {
		t.cause = cause
	}
}

func (t *dataTaken) caveats(add func(when bool, code notice.Code, format string, values ...any)) {
	add(t.dropped > 0, notice.DataLeftOut, "the data of %s is left out, for a receipt keeps no more than %d MiB", term.Count(t.dropped, "matched record"), dataMax>>20)
	add(t.failed > 0, notice.DataLeftOut, "the data of %s is left out, since --redact failed: %v", term.Count(t.failed, "matched record"), t.cause)
}

// keepData adds to a match the data that is to be kept.
func (s *search) keepData(m *receipt.Match, subject match.Subject) {
	if s.Data == nil {
		return
	}
	var err error
	if m.Data, m.DataBase64, err = s.Data.of(subject); err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.taken.fail(err)
	}
}
