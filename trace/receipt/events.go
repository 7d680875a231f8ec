package receipt

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
)

// Many stands for a list of events, each of which was looked for by itself.
type Many struct {
	// Count is how many lines name one.
	Count int `json:"count"`
	// SHA256 is of the events line by line, each with a line feed, in hex.
	SHA256 string `json:"sha256"`
	// JQ makes the ID of a record that an event is compared with; without it, the
	// events are sought as texts.
	JQ string `json:"jq,omitempty"`
}

// Answer is the verdict on one of many events. What makes it inconclusive, and
// what an absent one rests on, is the receipt's, the same for all.
type Answer struct {
	// Line is where it was asked, from 1 on.
	Line    int     `json:"line"`
	Event   string  `json:"event"`
	Verdict Verdict `json:"verdict"`
	// Copies counts the user records in the window that were seen to hold it, of
	// which Matches lists the first ones.
	Copies  int     `json:"copies,omitempty"`
	Matches []Match `json:"matches,omitempty"`
	// Outside is the first one that arrived outside the window.
	Outside []Match `json:"outside,omitempty"`
}

// Answers are as many as were asked, one after another, lest they all take memory
// at once.
type Answers iter.Seq[Answer]

// Count counts the answers by verdict.
func (a Answers) Count() map[Verdict]int {
	counts := map[Verdict]int{}
	for answer := range a {
		counts[answer.Verdict]++
	}
	return counts
}

// checkEvents returns what a receipt on many events that we wrote cannot lack.
func (r Receipt) checkEvents() error {
	sum, count := sha256.New(), 0
	for answer := range r.Events {
		count++
		_, _ = io.WriteString(sum, answer.Event+"\n")
		if err := answer.check(); err != nil {
			return fmt.Errorf("event %d: %w", count, err)
		}
	}
	if many := r.Event.Events; count != many.Count || fmt.Sprintf("%x", sum.Sum(nil)) != many.SHA256 {
		return errors.New("its events are not those that were asked")
	}
	if verdict := r.Events.Verdict(); verdict != r.Verdict {
		return fmt.Errorf("its verdict is %s, and that of its events %s", r.Verdict, verdict)
	}
	return nil
}

func (a Answer) check() error {
	switch {
	case a.Verdict != Found && a.Verdict != Absent && a.Verdict != Inconclusive:
		return fmt.Errorf("its verdict is %q", a.Verdict)
	case (a.Verdict == Found) != (len(a.Matches) > 0), a.Copies < len(a.Matches):
		return fmt.Errorf("its verdict is %s with %d matches of %d", a.Verdict, len(a.Matches), a.Copies)
	}
	return nil
}

// Verdict is that on all of them: found if each was, inconclusive if one is, else
// absent.
func (a Answers) Verdict() Verdict {
	counts := a.Count()
	switch {
	case counts[Inconclusive] > 0:
		return Inconclusive
	case counts[Absent] > 0:
		return Absent
	}
	return Found
}
