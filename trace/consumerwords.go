package trace

import (
	"slices"

	"kinspect/internal/audience"
	"kinspect/internal/term"
)

// consumers says what the consumers that were named tell of the event. What else reads
// the stream is for the report, and would bury the verdict here.
func consumers(out *term.Output, all []audience.Consumer) []string {
	return audience.Lines(out, slices.DeleteFunc(slices.Clone(all), func(c audience.Consumer) bool { return c.Kind != audience.KCL }))
}
