package trace

import (
	"fmt"

	"kinspect/internal/notice"
	"kinspect/trace/list"
	"kinspect/trace/receipt"
)

// Merger joins the receipts of the parts of one question into one verdict. The receipts
// are added one after another, and memory holds no more than one of them, and what they
// come to.
//
// The verdict is found if any part's is, within the part's own window. It is absent only
// if no part is missing, each has read its shards over the window that all have in common,
// and none has a listing that shows a shard that its part did not read.
type Merger struct {
	first   string // its name
	part    receipt.Part
	names   map[int]string // by part
	joining receipt.Joining
	only    *receipt.Receipt // of the whole
	// holes and caveats are what the parts say, and shared what is so for any of them
	holes, caveats remarks
	shared         []notice.Notice
	matches        []receipt.Match
	outside        []receipt.Match
	taken          dataTaken
	many           *many
	// compared tells that a part compared the events with an ID, uncompared that one
	// met none.
	compared, uncompared bool
	// stopped: a part was, at a match
	stopped bool
}

// NewMerger returns one that has no receipt yet.
func NewMerger() *Merger { return &Merger{names: map[int]string{}} }

// Add takes the receipt of a part, by the name of its file. It fails where the receipt
// does not go with those before.
func (m *Merger) Add(name string, r receipt.Receipt) error {
	if err := m.fits(name, r); err != nil {
		return err
	}
	if m.first == "" {
		m.first, m.part = name, r.PartOf()
	}
	m.names[max(1, r.PartOf().Index)] = name
	if r.Part == nil {
		m.only = &r
		return nil
	}
	m.joining.Add(r)
	m.compared = m.compared || r.Part.Compared
	m.stopped = m.stopped || r.Verdict == receipt.Found && !r.Coverage.Complete
	m.reasons(r)
	m.know(r)
	return m.see(r)
}

// see takes what a part saw of the event, or of many.
func (m *Merger) see(r receipt.Receipt) error {
	if r.Events == nil {
		m.matches, m.outside = m.take(m.matches, r.Matches), m.take(m.outside, r.Outside)
		return nil
	}
	if m.many == nil {
		asked, err := list.Of(func(yield func(int, string) bool) {
			for a := range r.Events {
				if !yield(a.Line, a.Event) {
					return
				}
			}
		})
		if err != nil {
			return err // which a receipt that was read has not
		}
		m.many = newMany(&Events{List: asked}, &m.taken)
	}
	m.many.join(r)
	return nil
}

func (m *Merger) take(taken, matches []receipt.Match) []receipt.Match {
	for _, match := range matches[:min(len(matches), matchesMax-len(taken))] {
		m.taken.take(&match)
		taken = append(taken, match)
	}
	return taken
}

// Receipt is what the receipts that were added come to.
func (m *Merger) Receipt(tool string) (receipt.Receipt, error) {
	if m.only != nil {
		return *m.only, nil
	}
	r := m.joining.Receipt()
	if !r.Window.Open && r.Window.From.After(r.Window.Until.Time) && !m.matched() {
		return r, &CannotMerge{Reason: fmt.Sprintf("the windows of the parts have no time in common: one ends at %s, another begins at %s", r.Window.Until.Words(), r.Window.From.Words()), Window: true}
	}
	r.Coverage.Complete = r.Coverage.Complete && !m.stopped
	r.Tool = tool
	r.Matches, r.Outside = inOrder(m.matches), inOrder(m.outside)
	holes := m.open(r)
	r.Verdict, r.Reasons = judge(m.matched(), holes)
	if m.many != nil {
		r.Events = m.many.answers(r.Verdict)
	}
	r.Caveats = m.tells(r, holes)
	return r, nil
}

// matched tells whether all that was asked was found.
func (m *Merger) matched() bool { return matchedAll(m.many, m.matches) }
