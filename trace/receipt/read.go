package receipt

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"kinspect/internal/coverage"
	"kinspect/internal/notice"
)

// bytesMax bounds a receipt that is read: one of a million events that were found
// has half of it.
const bytesMax = 1 << 30

// Read reads what Write wrote. What a receipt of this version cannot hold is an
// error, since a key that we do not know may change what it says.
func Read(r io.Reader) (Receipt, error) {
	decoder := json.NewDecoder(io.LimitReader(r, bytesMax))
	decoder.DisallowUnknownFields()
	var file struct {
		Receipt
		Events []Answer `json:"events"`
	}
	if err := decoder.Decode(&file); err != nil {
		return Receipt{}, fmt.Errorf("not a receipt: %w", err)
	}
	read := file.Receipt
	if (read.Event.Events != nil) != (file.Events != nil) {
		return Receipt{}, errors.New("not a receipt: it has events that were not asked, or lacks those that were")
	}
	if file.Events != nil {
		read.Events = Answers(slices.Values(file.Events))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Receipt{}, errors.New("not a receipt: more follows behind it")
	}
	if err := read.check(); err != nil {
		return Receipt{}, fmt.Errorf("not a receipt: %w", err)
	}
	return read, nil
}

// check returns what a receipt that we wrote cannot lack.
func (r Receipt) check() error {
	switch {
	case !slices.Contains([]Verdict{Found, Absent, Inconclusive}, r.Verdict):
		return fmt.Errorf("its verdict is %q", r.Verdict)
	case r.Events == nil && (r.Verdict == Found) != (len(r.Matches) > 0):
		return fmt.Errorf("its verdict is %s with %d matches", r.Verdict, len(r.Matches))
	case r.Verdict == Inconclusive && len(r.Reasons) == 0:
		return errors.New("it is inconclusive without a reason")
	case r.Stream.Name == "", r.Stream.ARN == "" && !r.Undescribed() && !r.Stream.Capture:
		return errors.New("it names no stream")
	case r.Stream.RetentionHours <= 0 && !r.Undescribed():
		return errors.New("it has no retention period")
	case r.Event == Event{}:
		return errors.New("it names no event")
	case r.Window.From.IsZero(), r.Window.Until.IsZero():
		return errors.New("its window has no ends")
	case r.Coverage.From == nil:
		return errors.New("its coverage has no beginning")
	}
	if r.Events != nil {
		if err := r.checkEvents(); err != nil {
			return err
		}
	}
	return errors.Join(r.checkParts(), r.checkShards())
}

// Undescribed tells that the stream's description was denied.
func (r Receipt) Undescribed() bool {
	return slices.ContainsFunc(r.Caveats, func(n notice.Notice) bool { return n.Code == notice.Undescribed })
}

func (r Receipt) checkShards() error {
	seen := map[string]bool{}
	for _, a := range r.Coverage.Shards {
		if a.ShardID == "" || seen[a.ShardID] {
			return fmt.Errorf("shard %q is named twice, or not at all", a.ShardID)
		}
		seen[a.ShardID] = true
		if err := r.checkEnd(a); err != nil {
			return fmt.Errorf("%s %w", a.ShardID, err)
		}
	}
	return nil
}

// checkEnd wants a proof for the window's end, or a gap that reaches to it.
func (r Receipt) checkEnd(a coverage.Account) error {
	missing := a.Missing()
	for _, gap := range missing {
		if err := checkGap(gap); err != nil {
			return err
		}
	}
	if p := a.Proof; p != nil {
		known := slices.Contains([]coverage.ProofKind{coverage.End, coverage.Tip, coverage.Passed, coverage.Number, coverage.Foreign}, p.Kind)
		if !known || p.AskedAt.IsZero() || a.Until == nil || !a.Until.Equal(r.Window.Until.Time) {
			return errors.New("has a proof of something else")
		}
		return nil
	}
	if len(missing) == 0 || missing[len(missing)-1].BeforeSequenceNumber != "" {
		return errors.New("has neither a proof nor a gap to the window's end")
	}
	if gap := missing[len(missing)-1]; gap.Until == nil || gap.Until.Before(r.Window.Until.Time) {
		return errors.New("has neither a proof nor a gap to the window's end")
	}
	return nil
}

// checkGap wants to know where to read on, and up to which record.
func checkGap(gap coverage.Gap) error {
	after, before := gap.AfterSequenceNumber, gap.BeforeSequenceNumber
	switch {
	case after != "" && !after.Valid():
		return fmt.Errorf("has a gap after sequence number %q", after)
	case before != "" && (!before.Valid() || before.Compare(after) <= 0):
		return fmt.Errorf("has a gap before sequence number %q", before)
	}
	return nil
}
