package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"kinspect/internal/match"
	"kinspect/internal/sim"
	"kinspect/trace/receipt"
)

// TestWorldsNamed names the event in each way that looks into the data, by itself and
// together with others, an equal part of the worlds each.
func TestWorldsNamed(t *testing.T) {
	sim.Worlds(t, func(t *testing.T, story *sim.Story, tally *sim.Tally) {
		askOf(t, story, tally, (*witness).named, check.all)
	})
}

// named asks by a drawn way. Where the world has records on which jq fails, it is jq
// that asks.
func (w *witness) named(t *testing.T, p *sim.Play) Options {
	if p.JQ {
		return w.question(t, p)
	}
	o := frame(p.Story)
	way := ways[p.Seed%uint64(len(ways))]
	o.Event = way(&o)
	var all []match.Matcher
	add := func(m match.Matcher, err error) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	if e := o.Event; e.Text != "" {
		add(match.Text(e.Text, bounds(e), e.IgnoreCase))
	}
	if o.Event.Like != "" {
		add(match.Like([]byte(o.Event.Like)))
	}
	if o.Event.Regexp != "" {
		add(match.Regexp(o.Event.Regexp, o.Event.IgnoreCase))
	}
	sum := sha256.Sum256([]byte(sim.EventData))
	if o.Event.SHA256 != "" {
		add(match.Data(sum, -1), nil)
	}
	if o.Event.Data != nil {
		add(match.Data(sum, o.Event.Data.Bytes), nil)
	}
	w.Matcher = match.All(all...)
	o.Content = w
	return o
}

func bounds(e receipt.Event) match.Bound {
	switch {
	case e.Contains:
		return match.Anywhere
	case e.Exact:
		return match.Entire
	}
	return match.Word
}

// ways are those that find the event, and nothing else.
var ways = []func(*Options) receipt.Event{
	func(*Options) receipt.Event { return receipt.Event{Text: "rd-7f3k9", Contains: true} },
	func(*Options) receipt.Event { return receipt.Event{Text: sim.Event, Exact: true} },
	func(*Options) receipt.Event { return receipt.Event{Text: "ORD-7F3K9Q", IgnoreCase: true} },
	func(*Options) receipt.Event { return receipt.Event{Regexp: "^ord-7f3.9q$"} },
	func(*Options) receipt.Event { return receipt.Event{Like: `{"id":"` + sim.Event + `"}`} },
	func(*Options) receipt.Event { return receipt.Event{SHA256: eventSum()} },
	func(*Options) receipt.Event {
		return receipt.Event{Data: &receipt.Data{Bytes: int64(len(sim.EventData)), SHA256: eventSum()}}
	},
	func(*Options) receipt.Event {
		return receipt.Event{Text: sim.Event, Like: `{"id":"` + sim.Event + `"}`, Regexp: "ord-.*q", SHA256: eventSum()}
	},
	func(o *Options) receipt.Event {
		o.OpaqueBytes = true
		return receipt.Event{Text: sim.Event}
	},
	func(o *Options) receipt.Event {
		o.Data = &DataKept{}
		return receipt.Event{Text: sim.Event}
	},
}

func eventSum() string {
	sum := sha256.Sum256([]byte(sim.EventData))
	return hex.EncodeToString(sum[:])
}
