package coverage

import (
	"fmt"
	"time"

	"kinspect/internal/notice"
	"kinspect/internal/record"
	"kinspect/internal/step"
)

// prove returns the proof that a page gives, if it gives one. Nothing else
// counts: not an ending sequence number, whose time may lie in the future; not
// an empty page alone, since those are normal far from the tip; and not
// MillisBehindLatest 0 on a page that holds records.
func (a *account) prove(w Window, st step.Step) *Proof {
	proof := &Proof{AskedAt: record.Timestamp{Time: st.AskedAt}, BackwardStepMillis: a.backward.Milliseconds()}
	switch {
	case st.End:
		proof.Kind, proof.Children = End, ids(st)
	case w.Until.IsZero():
		return nil
	case atTip(w, st):
		millis := st.Behind.Milliseconds()
		proof.Kind, proof.MillisBehindLatest = Tip, &millis
	case a.newest.After(w.Until.Add(Pad)) && a.backward < Pad/2:
		proof.Kind, proof.SequenceNumber, proof.ArrivedAt = Passed, a.last, stamp(a.newest)
	default:
		return nil
	}
	return proof
}

// atTip tells whether an empty page looked as far as the settled end of the
// window.
func atTip(w Window, st step.Step) bool {
	settled := w.SettledAt()
	if !st.Empty() || st.AskedAt.Before(settled) {
		return false
	}
	return st.Behind == 0 || !st.AskedAt.Add(-st.Behind).Before(settled)
}

func ids(st step.Step) []string {
	var all []string
	for _, child := range st.Children {
		all = append(all, child.ID)
	}
	return all
}

func trimGap(w Window, from, until time.Time, after record.SequenceNumber) Gap {
	if from.Before(w.From) {
		from = w.From
	}
	return Gap{
		Code: notice.Trimmed, From: stamp(from), Until: stamp(until), AfterSequenceNumber: after,
		Text: fmt.Sprintf("records that arrived from %s to %s may have expired before they were read",
			stamp(from).Words(), stamp(until).Words()),
	}
}
