package coverage

import (
	"time"

	"kinspect/internal/record"
	"kinspect/internal/step"
)

// prove returns the proof that a page gives, if it gives one. Nothing else
// counts: not an ending sequence number, whose time may lie in the future; not
// an empty page alone, since those are normal far from the tip; and not
// MillisBehindLatest 0 on a page that holds records, nor any on a page that was pushed
// and may have waited on the way.
func (s *slice) prove(w Window, st step.Step) *Proof {
	proof := &Proof{AskedAt: record.Timestamp{Time: st.AskedAt}, BackwardStepMillis: s.Backward.Milliseconds()}
	switch {
	case st.End:
		proof.Kind, proof.Children = End, ids(st)
	case w.Until.IsZero():
		return nil
	case s.reached != nil:
		proof.Kind, proof.SequenceNumber, proof.ArrivedAt = Number, s.reached.SequenceNumber, &s.reached.ApproximateArrivalTimestamp
	case atTip(w, st):
		millis := st.Behind.Milliseconds()
		proof.Kind, proof.MillisBehindLatest = Tip, &millis
	case s.beyond(w) && s.of.steady(s):
		proof.Kind, proof.SequenceNumber, proof.ArrivedAt = Passed, s.last, stamp(s.Newest)
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
	if st.Pushed || !st.Empty() || st.AskedAt.Before(w.SettledAt()) {
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
