package sim

import (
	"time"

	"kinspect/internal/notice"
)

// lastingTrouble is what a verdict may fail at, with a reason that says so.
func (d *draw) lastingTrouble() {
	d.Provable = false
	kinds := []func(){d.refused, d.refused, d.holes, d.holes, d.overtaken, d.shortened, d.recreated}
	kinds[d.IntN(len(kinds))]()
}

func (d *draw) cause(codes ...notice.Code) {
	for _, c := range codes {
		d.Causes[c] = true
	}
}

// refused is a refusal that does not end.
func (d *draw) refused() {
	kinds := []struct {
		refuse string
		code   notice.Code
	}{
		{"AccessDeniedException", notice.AccessDenied}, {"KMSDisabledException", notice.KeyUnusable},
		{"KMSAccessDeniedException", notice.KeyUnusable}, {"InternalFailure", notice.Unavailable},
		{throttled, notice.Throttled}, {"InvalidArgumentException", notice.Refused},
		{"ExpiredTokenException", notice.Credentials},
	}
	kind := kinds[d.IntN(len(kinds))]
	d.cause(kind.code)
	s := stretch{operation: "GetRecords", shard: ID(d.IntN(d.Shards)), refuse: kind.refuse, from: d.between(0, 15*time.Second)}
	if d.chance(25) || kind.code == notice.Credentials { // nobody may do anything any more
		s.operation, s.shard = "", ""
		s.from += time.Second // when the reading is under way
		d.cause(notice.Listing)
	}
	d.trouble.stretches = append(d.trouble.stretches, s)
}

// holes are records that nobody can decode, or on which jq fails.
func (d *draw) holes() {
	kind := d.IntN(3) // one, lest another hides that it is overlooked
	d.JQ = d.JQ || kind == 2
	for range 1 + d.IntN(3) {
		t := told{hole: notice.Broken, form: kind - 1, hash: d.Uint64(), salt: d.Uint64()}
		if kind == 0 {
			t.hole = notice.Opaque
		}
		d.cause(t.hole)
		at := d.between(time.Second, d.Scan)
		arrival := d.arrival(at)
		d.happens = append(d.happens, happening{at, func(p *Play) { p.tell(t, arrival, 0) }})
	}
}

// overtaken is a reader that is held up while what it wants expires.
func (d *draw) overtaken() {
	d.cause(notice.Trimmed, notice.BeforeHorizon, notice.Unavailable, notice.Throttled, notice.ShardGone, notice.Listing)
	d.Scan = max(d.Scan, retention+d.between(0, time.Hour))
	d.From = d.Scan - retention + d.between(-2*time.Minute, 9*time.Minute)
	for range 30 {
		at := d.From + d.between(0, 10*time.Minute)
		d.put(at, d.arrival(at), false)
	}
	if d.Until >= 0 {
		d.Until = max(d.Until, d.From)
	}
	d.trouble.most = 1 + d.IntN(3)
	d.trouble.stretches = append(d.trouble.stretches, stretch{
		operation: "GetRecords", refuse: throttled, from: d.between(0, 3*time.Second), until: d.between(time.Minute, 9*time.Minute),
	})
}

// shortened is a retention period that is lowered while it is counted on.
func (d *draw) shortened() {
	d.cause(notice.RetentionChanged, notice.Trimmed, notice.BeforeHorizon, notice.ShardGone, notice.Listing)
	d.happens = append(d.happens,
		happening{time.Millisecond, func(p *Play) { p.retain("Increase", 48) }},
		happening{d.Scan + d.between(time.Millisecond, 15*time.Second), func(p *Play) { p.retain("Decrease", 24) }},
	)
	if d.chance(60) {
		d.Scan = max(d.Scan, retention+d.between(time.Minute, 10*time.Hour))
	}
}

func (p *Play) retain(which string, hours int) {
	p.call(which+"StreamRetentionPeriod", Message{"StreamName": Stream, "RetentionPeriodHours": hours})
}

// recreated is a stream that is deleted, and mostly created anew.
func (d *draw) recreated() {
	d.cause(notice.Recreated, notice.ShardGone, notice.Refused, notice.Listing, notice.EndUnexplained, notice.BeforeHorizon, notice.Created, notice.Unavailable)
	at, again := d.Scan+d.between(time.Millisecond, 15*time.Second), d.chance(80)
	d.happens = append(d.happens, happening{at, func(p *Play) {
		p.call("DeleteStream", Message{"StreamName": Stream, "EnforceConsumerDeletion": true})
		if again {
			p.create()
		}
	}})
}
