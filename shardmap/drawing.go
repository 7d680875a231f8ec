package shardmap

import (
	"math"
	"slices"

	"kinspect/internal/shard"
)

// drawing is the lineage over the key space: a row a shard, and between two
// generations a row of lines from parents to children. It knows cells, not how
// wide they are or what colour.
type drawing struct {
	cells int
	// lines tells that there are lines, and room for them.
	lines bool
	rows  []row
	below []lane // what goes on below the rows already drawn
}

// row is a shard with its bar, or the lines between two generations.
type row struct {
	shard *Shard
	cells canvas
}

// lane is a line from a shard down to where it goes on.
type lane struct {
	x, until int    // until the generation of its last child
	from     string // a shard's ID
}

// forever is the generation that open shards last to.
const forever = math.MaxInt

// roomy is how many cells a shard needs on average for its lines to be told apart.
const roomy = 2

// draw lays the shards out over so many cells, generation by generation.
func draw(shards []Shard, cells int) *drawing {
	d := &drawing{cells: cells}
	d.lines = resharded(shards) && crowd(shards)*roomy <= cells
	for rest := shards; len(rest) > 0; {
		n := sameGeneration(rest)
		d.generation(rest[:n])
		rest = rest[n:]
	}
	return d
}

// generation draws the lines down to a generation, and its shards.
func (d *drawing) generation(shards []Shard) {
	if len(d.rows) > 0 {
		d.rows = append(d.rows, row{cells: d.links(shards)})
	}
	generation := shards[0].generation
	d.below = slices.DeleteFunc(d.below, func(l lane) bool { return l.until <= generation })
	for i := range shards {
		s := &shards[i]
		c := make(canvas, d.cells)
		for _, l := range d.below {
			c.lane(l.x)
		}
		from, to := cellsOf(s.HashKeyRange, d.cells)
		c.fill(from, to, blocks[s.state])
		d.rows = append(d.rows, row{s, c})
		if until := s.lasts(); d.lines && until > generation {
			d.below = append(d.below, lane{centre(s, d.cells), until, s.ID})
		}
	}
}

// links leads from the lanes to the children in this generation, and past it.
func (d *drawing) links(children []Shard) canvas {
	c := make(canvas, d.cells)
	for _, l := range d.below {
		if l.until > children[0].generation {
			c.lane(l.x)
		}
		for i := range children {
			if slices.Contains(children[i].Parents, l.from) {
				c.link(l.x, centre(&children[i], d.cells))
			}
		}
	}
	return c
}

// lasts returns the generation down to which a shard's line goes: that of its
// youngest child, or forever while it has none.
func (s *Shard) lasts() int {
	if len(s.children) > 0 {
		return s.lastChild
	}
	if s.state == closed {
		return s.generation
	}
	return forever
}

var blocks = [...]rune{closed: '░', closing: '▓', open: '█', coming: '▒'}

// fold leaves out the closed shards of the oldest generations, and says how many:
// those of the newest, whole generations together of keep at most, stay.
func fold(shards []Shard, keep int) (shown []Shard, folded int) {
	count, newest := map[int]int{}, 0
	for _, s := range shards {
		newest = s.generation
		if s.state == closed {
			count[newest]++
		}
	}
	oldest := newest + 1 // of those kept
	for kept := 0; oldest > 0 && kept+count[oldest-1] <= keep; {
		oldest--
		kept += count[oldest]
	}
	for _, s := range shards {
		if s.state == closed && s.generation < oldest {
			folded++
			continue
		}
		shown = append(shown, s)
	}
	return shown, folded
}

func resharded(shards []Shard) bool {
	return len(shards) > 0 && shards[0].generation != shards[len(shards)-1].generation
}

// crowd is how many shards the fullest generation has.
func crowd(shards []Shard) (most int) {
	for len(shards) > 0 {
		n := sameGeneration(shards)
		most, shards = max(most, n), shards[n:]
	}
	return most
}

// sameGeneration counts the first shards that are of one generation.
func sameGeneration(shards []Shard) int {
	n := slices.IndexFunc(shards, func(s Shard) bool { return s.generation != shards[0].generation })
	if n < 0 {
		return len(shards)
	}
	return n
}

func centre(s *Shard, cells int) int {
	from, to := cellsOf(s.HashKeyRange, cells)
	return (from + to - 1) / 2
}

// cellsOf rounds a range to cells, so that adjacent ranges meet; the smallest
// shard still has one.
func cellsOf(r shard.Range, cells int) (from, to int) {
	before := before(r)
	from = min(int(math.Round(before*float64(cells))), cells-1)
	to = int(math.Round((before + r.Share()) * float64(cells)))
	return from, min(max(to, from+1), cells)
}

// before is the part of the key space before the range.
func before(r shard.Range) float64 { return shard.Range{End: r.Start}.Share() }
