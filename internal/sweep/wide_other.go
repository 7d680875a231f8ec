//go:build !amd64

package sweep

const (
	laneBytes = 32
	wideMin   = 0
)

var wide = false

type lanes struct{}

func newLanes(string, []string) lanes { return lanes{} }

func (f *Finder) findWide(in []byte) int { return f.find(in) }

func decode(_, _ *byte, _ int) int { return 0 }
