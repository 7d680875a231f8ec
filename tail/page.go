package tail

import (
	"context"
	"sync"
	"time"

	"kinspect/internal/jq"
	"kinspect/internal/match"
	"kinspect/internal/record"
	"kinspect/internal/render"
)

// page is what one step prints, and what was counted on the way.
type page struct {
	text []byte
	ends []int   // where each printed user record ends in text
	last []place // which it is
	Summary
	items []render.Item // of the user record that is being rendered
}

// usedPages are kept from one step to the next, as far as they are of the size that most
// have.
var usedPages = sync.Pool{New: func() any { return new(page) }}

const pageKeptMax = 4 << 20

// release lets go of all that is printed.
func (p *page) release() {
	if cap(p.text) > pageKeptMax {
		return
	}
	clear(p.last[:cap(p.last)])
	clear(p.items[:cap(p.items)])
	*p = page{text: p.text[:0], ends: p.ends[:0], last: p.last[:0], items: p.items[:0]}
	usedPages.Put(p)
}

// place is a user record's in its shard.
type place struct {
	number  record.SequenceNumber
	sub     *int // nil for a record that is no aggregate
	arrived time.Time
}

func (f *follower) render(p *page, s match.Subject) {
	p.items = render.AppendItems(p.items[:0], s.User, s.Blob)
	printed := false // also what takes no bytes, as an empty record in raw
	for i := range p.items {
		printed = f.renderItem(p, p.items[i]) || printed
	}
	if printed {
		p.ends = append(p.ends, len(p.text))
		p.last = append(p.last, placeOf(s.User))
	}
}

func placeOf(user record.UserRecord) place {
	at := place{number: user.SequenceNumber, arrived: user.ArrivedAt}
	if user.Aggregated {
		sub := user.SubSequenceNumber
		at.sub = &sub
	}
	return at
}

// renderItem renders an item, or in its place jq's outputs for it, and tells whether
// there is any.
func (f *follower) renderItem(p *page, item render.Item) bool {
	if f.JQ == nil {
		f.append(p, item)
		return true
	}
	outputs, err := f.outputs(item)
	if err != nil {
		p.JQ.note(item, err)
	}
	for _, output := range outputs {
		f.append(p, item.Replace(jq.Encode(output)))
	}
	return len(outputs) > 0
}

func (f *follower) append(p *page, item render.Item) {
	text, err := f.Renderer.Append(p.text, item)
	if err != nil {
		p.Template.note(item, err)
		text = render.AppendFailed(p.text, item, err)
	}
	p.text = text
}

func (f *follower) outputs(item render.Item) ([]any, error) {
	value, err := item.Value()
	if err != nil {
		return nil, err
	}
	return f.JQ.Run(context.Background(), value, match.MetaFor(f.JQ, item.User))
}
