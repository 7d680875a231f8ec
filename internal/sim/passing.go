package sim

import "time"

// passingTrouble is what a reader must overcome.
func (d *draw) passingTrouble() {
	t := &d.trouble
	some := func(chance, most int) int {
		if d.chance(chance) {
			return 1 + d.IntN(most)
		}
		return 0
	}
	t.most = some(80, 20)
	t.empty, t.atTip = some(60, 60), some(50, 60)
	t.noNext, t.cut, t.expire = some(30, 8), some(30, 8), some(40, 10)
	t.fail, t.stall = some(40, 15), some(25, 4)
	t.noChildren = d.chance(15)
	t.stallTimestamps = d.chance(6)
	t.listMost, t.expiry = some(50, 3), some(20, 20)
	if d.chance(30) {
		t.stale = d.between(0, 5*time.Second)
	}
	if d.Shards > 1 && d.From < 0 && d.chance(30) { // so that another one is read
		t.lacks = ID(d.IntN(d.Shards))
	}
	if d.chance(30) {
		from := d.between(0, 20*time.Second)
		t.stretches = append(t.stretches, stretch{
			operation: "GetRecords", shard: d.someShard(), refuse: throttled, from: from, until: from + d.between(0, 8*time.Minute),
		})
	}
}

// raised is a retention period that is raised while the reader counts on less.
func (d *draw) raised() {
	at := d.Scan + d.between(time.Second, 30*time.Second)
	d.happens = append(d.happens, happening{at, func(p *Play) { p.retain("Increase", 48) }})
}

// interrupted is a user who does not wait for the end at first.
func (d *draw) interrupted() {
	d.Interrupt, d.Timeout = d.between(time.Millisecond, 15*time.Second), d.chance(50)
}

// someShard is one that the stream begins with, or every shard.
func (d *draw) someShard() string {
	if d.chance(30) {
		return ""
	}
	return ID(d.IntN(d.Shards))
}
