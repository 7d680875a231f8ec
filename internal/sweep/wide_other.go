//go:build !amd64

package sweep

const (
	laneBytes = 0
	wide      = false
)

type lanes struct{}

func newLanes(_, _ int8, _ []string) lanes { return lanes{} }

func (f *Finder) findWide(in []byte) int { return f.find(in) }
