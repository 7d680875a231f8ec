package tail

import (
	"errors"
	"fmt"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/record"
	"kinspect/internal/step"
)

// Mark is where a tail has come in one shard.
type Mark struct {
	ShardID string `json:"shardId"`
	// Starting is what the shard's sequence numbers start at: a shard of the same ID
	// in a stream that was created anew has another.
	Starting record.SequenceNumber `json:"startingSequenceNumber,omitempty"`
	// SequenceNumber is the last record read; where it is absent, At is where to
	// begin, and without that the trim horizon.
	SequenceNumber record.SequenceNumber `json:"sequenceNumber,omitempty"`
	At             *record.Timestamp     `json:"at,omitempty"`
	// Part is a record of which more is to be printed.
	Part *Part `json:"part,omitempty"`
	// Through and PrintedUntil tell of records behind the position that the window
	// of --until let through, up to this number and arrival time.
	Through      record.SequenceNumber `json:"through,omitempty"`
	PrintedUntil *record.Timestamp     `json:"printedUntil,omitempty"`
	// ReadUntil is the arrival time up to which the shard was read, as far as its
	// answers tell: what expires after it was missed.
	ReadUntil record.Timestamp `json:"readUntil"`
	// Ended tells that nothing more is wanted of the shard.
	Ended bool `json:"ended,omitempty"`
	// heirs are the shards that take over, without which in the file it has not ended.
	heirs []string
}

// Part tells how far an aggregate was printed.
type Part struct {
	SequenceNumber record.SequenceNumber `json:"sequenceNumber"`
	// SubSequenceNumber is its last user record printed; -1 where that is none.
	SubSequenceNumber int `json:"subSequenceNumber"`
}

func (m Mark) check() error {
	for _, n := range []record.SequenceNumber{m.SequenceNumber, m.Through} {
		if n != "" && !n.Valid() {
			return fmt.Errorf("sequence number %q is not a decimal number", n)
		}
	}
	switch {
	case m.Part != nil && (m.Part.SubSequenceNumber < -1 || !m.Part.SequenceNumber.Valid()):
		return errors.New("a part of a record that cannot be")
	case (m.Through == "") != (m.PrintedUntil == nil):
		return errors.New("through and printedUntil stand together")
	case m.ReadUntil.IsZero():
		return errors.New("it does not say until when it was read")
	}
	return nil
}

func (m Mark) position() position.Position {
	switch {
	case m.Part != nil && m.Part.SequenceNumber == m.SequenceNumber:
		return position.Position{Kind: position.AtSequenceNumber, SequenceNumber: m.SequenceNumber}
	case m.SequenceNumber != "":
		return position.After(m.SequenceNumber)
	case m.At != nil:
		return position.At(m.At.Time)
	}
	return position.Position{Kind: position.TrimHorizon}
}

// printed tells whether an earlier run has printed a user record, if it passed.
func (m Mark) printed(u record.UserRecord) bool {
	if m.Part != nil && u.SequenceNumber == m.Part.SequenceNumber && u.SubSequenceNumber <= m.Part.SubSequenceNumber {
		return true
	}
	return m.Through != "" && u.SequenceNumber.Compare(m.Through) <= 0 && !u.ArrivedAt.After(m.PrintedUntil.Time)
}

// passed moves the position behind a step.
func (m *Mark) passed(st step.Step, until time.Time, settle time.Duration) {
	for _, r := range st.Records {
		m.behind(r, until)
	}
	if st.Empty() && !st.End {
		m.read(st.AskedAt.Add(-st.Behind - settle))
	}
	m.Ended = m.Ended || st.End && m.Through == ""
}

// behind moves the position behind a record, unless the window ends before it:
// then the position stays in front, for a later window.
func (m *Mark) behind(r record.Record, until time.Time) {
	beyond, waits := !until.IsZero() && r.ArrivedAt.After(until), m.waits(until)
	if m.Part != nil && !beyond && m.Part.SequenceNumber.Compare(r.SequenceNumber) <= 0 {
		m.Part = nil
	}
	switch {
	case beyond && !waits && (m.Through == "" || m.Through.Compare(r.SequenceNumber) <= 0):
		m.Through, m.PrintedUntil = r.SequenceNumber, &record.Timestamp{Time: until}
	case waits:
		m.Through = maxNumber(m.Through, r.SequenceNumber)
	case beyond: // an earlier window reached further; its word stands
	default:
		m.SequenceNumber, m.At = r.SequenceNumber, nil
		m.read(r.ArrivedAt)
		if m.Through != "" && m.Through.Compare(r.SequenceNumber) <= 0 {
			m.Through, m.PrintedUntil = "", nil
		}
	}
}

// waits tells whether the position stays in front of what this window left.
func (m *Mark) waits(until time.Time) bool {
	return m.PrintedUntil != nil && !until.IsZero() && m.PrintedUntil.Equal(until.Truncate(time.Millisecond))
}

func (m *Mark) read(until time.Time) {
	if until.After(m.ReadUntil.Time) {
		m.ReadUntil = record.Timestamp{Time: until}
	}
}

// within moves the position to the last user record that a limit let through.
func (m *Mark) within(st step.Step, last place, until time.Time) {
	for _, r := range st.Records {
		if r.SequenceNumber == last.number && last.sub != nil {
			m.Part = &Part{last.number, *last.sub}
			if !m.waits(until) {
				m.SequenceNumber, m.At = last.number, nil
			}
			return
		}
		m.behind(r, until)
		if r.SequenceNumber == last.number {
			return
		}
	}
}

func maxNumber(a, b record.SequenceNumber) record.SequenceNumber {
	if a.Compare(b) >= 0 {
		return a
	}
	return b
}
