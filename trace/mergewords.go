package trace

import (
	"fmt"
	"slices"

	"kinspect/internal/notice"
	"kinspect/internal/term"
	"kinspect/trace/receipt"
)

// know keeps the caveats of a part that are not drawn anew from what all of them saw.
func (m *Merger) know(r receipt.Receipt) {
	for _, caveat := range r.Caveats {
		switch caveat.Code {
		case notice.InsideWord, notice.Unwrapped, notice.SameKey, notice.WithoutID, notice.DataLeftOut, notice.ClockSkew, notice.NoServerDate:
			m.caveats.add(r, caveat)
		case notice.NotDeliverable:
			if r.Events != nil {
				m.caveats.add(r, caveat)
			}
		case notice.EmptyPages, notice.TooLarge:
			if !slices.Contains(m.shared, caveat) {
				m.shared = append(m.shared, caveat)
			}
		}
	}
}

// tells are the caveats of the whole: those of the parts, and those that what all of
// them saw tells anew.
func (m *Merger) tells(r receipt.Receipt, holes []notice.Notice) []notice.Notice {
	caveats := []notice.Notice{}
	add := func(when bool, code notice.Code, format string, values ...any) {
		if when {
			caveats = append(caveats, notice.Notice{Code: code, Text: fmt.Sprintf(format, values...)})
		}
	}
	found := r.Verdict == receipt.Found
	for _, caveat := range append(m.caveats.of(m.part.Of), m.shared...) {
		add(!found || !slices.Contains(unfoundOnly, caveat.Code), caveat.Code, "%s", caveat.Text)
	}
	if m.many != nil {
		outside := m.many.seenOutside()
		add(outside > 0, notice.Outside, "%s outside the window", was(outside))
	} else {
		add(len(r.Outside) > 0, notice.Outside, "seen in %s that arrived outside the window", term.Count(len(r.Outside), "user record"))
		caveats = append(caveats, ofMatches(r)...)
	}
	beyond := 0
	for sighting := range r.Sightings() {
		if sighting.Inside && !r.Window.Holds(sighting.ApproximateArrivalTimestamp.Time) {
			beyond++
		}
	}
	add(beyond > 0, notice.Part, "%s in the window of a part, and outside the one that all parts have in common", arrived(beyond))
	add(found && (len(holes) > 0 || !r.Coverage.Complete), notice.MoreCopies, "not everything was read, so there may be more copies")
	m.taken.caveats(add)
	return append(caveats, r.Assumptions()...)
}

// unfoundOnly are the caveats that say why an event was not found.
var unfoundOnly = []notice.Code{notice.InsideWord, notice.Unwrapped, notice.SameKey, notice.TooLarge}

func arrived(records int) string {
	if records == 1 {
		return "1 user record that holds it arrived"
	}
	return term.Number(records) + " user records that hold it arrived"
}

// ofMatches are the caveats that the matches of one event tell by themselves.
func ofMatches(r receipt.Receipt) (caveats []notice.Notice) {
	add := func(code notice.Code, text string) {
		if text != "" {
			caveats = append(caveats, notice.Notice{Code: code, Text: text})
		}
	}
	if r.Verdict == receipt.Found && !slices.ContainsFunc(r.Matches, func(m receipt.Match) bool { return m.Whole || m.Path == "" }) {
		add(notice.PartOfText, "seen only as part of a longer text")
	}
	if i := slices.IndexFunc(r.Matches, receipt.Match.Undeliverable); i >= 0 {
		add(notice.NotDeliverable, "a match is not deliverable: "+r.Matches[i].DeliverableReason)
	}
	for _, text := range closedShards(r) {
		add(notice.ClosedShard, text)
	}
	add(notice.Duplicates, duplicates(r.Matches))
	add(notice.Created, sinceCreation(r))
	return caveats
}

// mergedOf says of how many parts a receipt was merged, where it was.
func mergedOf(r receipt.Receipt) []string {
	if r.Joined == nil {
		return nil
	}
	n, of := len(r.Joined), r.Joined[0].Of
	all := "all " + term.Count(of, "part")
	if n < of {
		all = fmt.Sprintf("%s of %s", term.Number(n), term.Count(of, "part"))
	}
	return []string{fmt.Sprintf("  merged of %s, which were read between %s and %s", all, r.StartedAt.Words(), r.FinishedAt.Words())}
}
