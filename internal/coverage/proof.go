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
	case a.reached != nil:
		proof.Kind, proof.SequenceNumber, proof.ArrivedAt = Number, a.reached.SequenceNumber, &a.reached.ApproximateArrivalTimestamp
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

// behindGrain is what MillisBehindLatest leaves out: AWS gives whole seconds.
const behindGrain = time.Second

// atTip tells whether an empty page looked beyond all that arrived within the
// window. At the tip nothing more is there. Behind the tip there is, and it may
// have arrived before what was last passed: hence the pad.
func atTip(w Window, st step.Step) bool {
	if !st.Empty() || st.AskedAt.Before(w.SettledAt()) {
		return false
	}
	looked := st.AskedAt.Add(-st.Behind - behindGrain)
	return st.Behind == 0 || !looked.Before(w.Until.Add(max(w.Settle, Pad)))
}

func ids(st step.Step) []string {
	var all []string
	for _, child := range st.Children {
		all = append(all, child.ID)
	}
	return all
}

func trimGap(from, until time.Time, after record.SequenceNumber) Gap {
	return Gap{
		Code: notice.Trimmed, From: stamp(from), Until: stamp(until), AfterSequenceNumber: after,
		Text: fmt.Sprintf("records that arrived from %s to %s may have expired before they were read",
			stamp(from).Words(), stamp(until).Words()),
	}
}
