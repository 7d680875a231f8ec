package tail

import (
	"cmp"
	"context"
	"errors"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/render"
	"kinspect/internal/scan"
	"kinspect/internal/step"
)

// page is what one step prints, and what was counted on the way.
type page struct {
	text []byte
	ends []int // where each printed user record ends in text
	Summary
}

// print renders a step's records and publishes them at once, so that shards do
// not wait for each other's rendering.
func (f *follower) print(st step.Step) {
	p := &page{}
	p.Records = int64(len(st.Records))
	scan.Records(st.Records, cmp.Or(f.Decoder, decode.Auto), func(s match.Subject) bool {
		p.UserRecords++
		if s.Blob.State != decode.Read {
			p.Undecoded++
		}
		if f.passes(s) {
			f.render(p, s)
		}
		return true
	})
	f.publish(p)
}

func (f *follower) passes(s match.Subject) bool {
	if !f.window.Holds(s.User.ArrivedAt) {
		return false
	}
	_, held, err := f.Where.Match(s)
	return held && err == nil
}

func (f *follower) render(p *page, s match.Subject) {
	printed := false // also what takes no bytes, as an empty record in raw
	for _, item := range render.Items(s.User, s.Blob) {
		for _, replaced := range f.filter(p, item) {
			text, err := f.Renderer.Append(p.text, replaced)
			if err != nil {
				p.Template.note(item, err)
				continue
			}
			p.text, printed = text, true
		}
	}
	if printed {
		p.ends = append(p.ends, len(p.text))
	}
}

// filter replaces an item by jq's outputs for it.
func (f *follower) filter(p *page, item render.Item) []render.Item {
	if f.JQ == nil {
		return []render.Item{item}
	}
	outputs, err := f.outputs(item)
	if err != nil {
		p.JQ.note(item, err)
	}
	items := make([]render.Item, len(outputs))
	for i, output := range outputs {
		items[i] = item.Replace(jq.Encode(output))
	}
	return items
}

var errBinary = errors.New("jq: data that is neither JSON nor text")

func (f *follower) outputs(item render.Item) ([]any, error) {
	var value any
	switch item.Kind {
	case render.Binary:
		return nil, errBinary
	case render.Text:
		value = string(item.Data)
	case render.JSON:
		parsed, err := jq.Parse(item.Data)
		if err != nil {
			return nil, err
		}
		value = parsed
	}
	return f.JQ.Run(context.Background(), value, match.MetaMap(item.User.Meta()))
}

// publish writes a page, up to the limit, and ends the run when that is reached
// or nobody reads on.
func (f *follower) publish(p *page) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.summary.add(p.Summary)
	if f.unwrote != nil {
		return
	}
	if left := f.Limit - int(f.summary.Printed); f.Limit > 0 && len(p.ends) >= left {
		p.ends = p.ends[:left]
		f.stop()
	}
	if len(p.ends) == 0 {
		return
	}
	f.summary.Printed += int64(len(p.ends))
	if _, err := f.Out.Write(p.text[:p.ends[len(p.ends)-1]]); err != nil {
		f.unwrote = err
		f.stop()
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
	f.add(Failures{1, item.User.ShardID + " " + string(item.User.SequenceNumber) + ": " + err.Error()})
}

func (f *Failures) add(more Failures) {
	if f.Count == 0 {
		f.First = more.First
	}
	f.Count += more.Count
}
