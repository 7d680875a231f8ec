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

// change changes a page.
func (f *Fault) change(o *recordsOutput) {
	if f.NoNext {
		o.next, o.children = "", nil
	}
	if f.NoChildren {
		o.children = nil
	}
	if f.AtTip {
		o.behind = 0
	}
	o.behind += f.Behind.Truncate(time.Second).Milliseconds()
}
