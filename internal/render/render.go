// Package render makes text of a user record. The one idea: what is printed is
// an Item, made once from the record and its blob or from an output of jq, and
// each format is a function of it. It neither decodes nor writes, and knows of
// the terminal only what its Output says.
package render

import (
	"fmt"
	"strings"
	"time"

	"kinspect/internal/term"
)

// Renderer is a format. It may be used concurrently.
type Renderer interface {
	// Append appends the item to dst, and all formats but raw the line end that
	// closes it. Only a template can fail, which leaves dst as it was.
	Append(dst []byte, it Item) ([]byte, error)
}

// Formats lists the names that New takes, the default first.
func Formats() []string { return []string{"pretty", "json", "data", "raw"} }

// New returns the format of that name, as it suits out.
func New(format string, out *term.Output) (Renderer, error) {
	switch format {
	case "pretty":
		return NewPretty(out, time.UTC), nil
	case "json":
		return jsonLines{}, nil
	case "data":
		return dataLines{out}, nil
	case "raw":
		return raw{}, nil
	}
	return nil, fmt.Errorf("output format %q is not one of %s", format, strings.Join(Formats(), ", "))
}
