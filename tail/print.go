package tail

import (
	"cmp"
	"strings"

	"kinspect/internal/decode"
	"kinspect/internal/match"
	"kinspect/internal/record"
	"kinspect/internal/render"
	"kinspect/internal/scan"
	"kinspect/internal/step"
)

// print renders a step's records and publishes them at once, so that shards do
// not wait for each other's rendering.
func (f *follower) print(st step.Step) {
	p := usedPages.Get().(*page)
	defer p.release()
	p.Records = int64(st.Count)
	p.UserRecords = int64(st.Count - len(st.Records)) // those that were passed over
	opener := f.opener()
	scan.Records(st.Records, opener, f.rulesOut, func(s match.Subject) bool {
		p.UserRecords++
		switch {
		case opener.None(): // what was not to be opened did not fail to be
			s.Blob.Err = nil
		case s.Blob.State != decode.Read:
			p.Undecoded++
		}
		if f.passes(s) {
			f.render(p, s)
		}
		return true
	})
	if f.merge != nil {
		f.merged(p, st)
		return
	}
	f.publish(p, st)
}

// silence refuses records of which JQ makes nothing; nil without.
func (o Options) silence() match.Refuser {
	if o.JQ == nil {
		return nil
	}
	return match.Silent(o.JQ)
}

// printsAsPut tells that all records are printed as they were put, whatever they mean.
func (o Options) printsAsPut() bool {
	return o.JQ == nil && render.AsPut(o.Renderer) && match.AcceptsAll(o.Where)
}

// rulesOut tells by a user record and the bytes of its layers alone that nothing of it is
// printed, or that what it means makes no difference.
func (f *follower) rulesOut(user *record.UserRecord, layers [][]byte) bool {
	return f.blind || !f.mayPass(user) || f.Where.Refuses(user, layers) || f.silent != nil && f.silent.Refuses(user, layers)
}

// sieve passes over what is ruled out; nil where all is printed, or positions are kept,
// which are told record by record.
func (f *follower) sieve() func() record.Sieve {
	if f.blind || f.marks != nil {
		return nil
	}
	signs := f.Where.Signs()
	if !signs.Known() && f.silent != nil {
		signs = f.silent.Signs()
	}
	return scan.Sieve(f.opener(), signs, f.rulesOut)
}

// opener says what may be opened.
func (f *follower) opener() *decode.Decoder { return cmp.Or(f.Decoder, decode.Auto) }

func (f *follower) passes(s match.Subject) bool {
	if s.Refused && !f.blind || !f.mayPass(&s.User) {
		return false
	}
	if f.blind {
		return true
	}
	if f.silent != nil && s.Blob.State == decode.Read && f.silent.Refuses(&s.User, s.Blob.Bytes) {
		return false // also where it had to be parsed
	}
	_, held, err := f.Where.Match(s)
	return held && err == nil
}

// mayPass tells whether a user record is within the window, and was not printed by an
// earlier run.
func (f *follower) mayPass(user *record.UserRecord) bool {
	return f.asked.Holds(user.ArrivedAt) && (f.marks == nil || !f.marks.last[user.ShardID].printed(*user))
}

// publish writes a page, up to the limit, and ends the run when that is reached
// or nobody reads on. Where positions are kept, it returns once they tell that the
// page was written.
func (f *follower) publish(p *page, st step.Step) {
	if f.write(p, st) && f.marks != nil {
		if err := f.save(len(p.ends) > 0); err != nil {
			f.count(func(*Summary) { f.unwrote = err })
			f.stop()
		}
	}
}

// write tells whether the page was written as far as it will be.
func (f *follower) write(p *page, st step.Step) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.summary.add(p.Summary)
	left := f.Limit - int(f.summary.Printed)
	if f.unwrote != nil || f.Limit > 0 && left == 0 {
		return false
	}
	cut := f.Limit > 0 && len(p.ends) > left
	if f.Limit > 0 && len(p.ends) >= left {
		p.ends = p.ends[:left]
		f.stop()
	}
	if len(p.ends) > 0 {
		f.summary.Printed += int64(len(p.ends))
		if _, err := f.Out.Write(p.text[:p.ends[len(p.ends)-1]]); err != nil {
			f.unwrote = err
			f.stop()
			return false
		}
	}
	f.mark(p, st, cut)
	return true
}

// mark notes how far a page was written; where a limit cut it, up to there.
func (f *follower) mark(p *page, st step.Step, cut bool) {
	switch {
	case f.marks == nil:
	case cut:
		f.marks.now[st.ShardID].within(st, p.last[len(p.ends)-1], f.window.Until)
	default:
		f.passed(st)
	}
}

func (s *Summary) add(page Summary) {
	s.Records += page.Records
	s.UserRecords += page.UserRecords
	s.Undecoded += page.Undecoded
	s.JQ.add(page.JQ)
	s.Template.add(page.Template)
}

func (f *Failures) note(item render.Item, err error) {
	cause := strings.TrimPrefix(err.Error(), "jq: ") // whose failures are counted is said
	f.add(Failures{1, item.User.ShardID + " " + string(item.User.SequenceNumber) + ": " + cause})
}

func (f *Failures) add(more Failures) {
	if f.Count == 0 {
		f.First = more.First
	}
	f.Count += more.Count
}
