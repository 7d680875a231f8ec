package local

import "time"

// suffering is a request that a fault can happen to from within.
type suffering struct{ fault Fault }

// entry is the ErrorCode of the ith entry.
func (f *Fault) entry(i int) string {
	if f.RefuseEntry == nil {
		return ""
	}
	return f.RefuseEntry(i)
}

func (s *suffering) suffer(f Fault) { s.fault = f }

// most is a limit that the fault may lower.
func (f *Fault) most(limit *int) *int {
	if f.Most > 0 && (limit == nil || *limit > f.Most) {
		return &f.Most
	}
	return limit
}

// hides says whether a listing is too stale to show what happened at a time.
func (f *Fault) hides(at, now time.Time) bool { return f.Stale > 0 && at.After(now.Add(-f.Stale)) }

// change changes a page.
func (f *Fault) change(o *recordsOutput) {
	if f.NoNext {
		o.next, o.children = "", nil
	}
	if f.NoChildren {
		o.children = nil
	}
	if f.AtTip && len(o.records) > 0 {
		o.behind = 0
	}
	o.behind += f.Behind.Truncate(time.Second).Milliseconds()
}
