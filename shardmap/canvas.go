package shardmap

// canvas is one line of the drawing over the key space, cell by cell. Lines on
// it are kept as the sides that they reach, so that where two meet the right
// joint stands.
type canvas []cell

type cell struct {
	sides side
	bar   rune // over the sides, if any
}

// side is where a line leaves a cell.
type side uint8

const (
	up side = 1 << iota
	down
	left
	right
)

// joints draws each set of sides.
var joints = [16]rune{
	0: ' ', up: '│', down: '│', up | down: '│',
	left: '─', right: '─', left | right: '─',
	up | left: '┘', up | right: '└', up | left | right: '┴',
	down | left: '┐', down | right: '┌', down | left | right: '┬',
	up | down | left: '┤', up | down | right: '├', up | down | left | right: '┼',
}

// lane passes a line through from above to below.
func (c canvas) lane(x int) { c[x].sides |= up | down }

// link leads from what stands above at one cell to what stands below at another.
func (c canvas) link(above, below int) {
	c[above].sides |= up
	c[below].sides |= down
	from, to := min(above, below), max(above, below)
	for x := from; x < to; x++ {
		c[x].sides |= right
		c[x+1].sides |= left
	}
}

// fill draws a bar, whose end is excluded.
func (c canvas) fill(from, to int, block rune) {
	for x := from; x < to; x++ {
		c[x].bar = block
	}
}

// String draws the cells.
func (c canvas) String() string {
	runes := make([]rune, len(c))
	for i, at := range c {
		runes[i] = joints[at.sides]
		if at.bar != 0 {
			runes[i] = at.bar
		}
	}
	return string(runes)
}
