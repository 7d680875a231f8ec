package shardmap

import (
	"bufio"
	"fmt"
	"iter"

	"kinspect/internal/term"
)

// Format is the value of --output.
type Format string

// The formats.
const (
	// Text is for people.
	Text Format = "text"
	// JSON is the Map as one object, or a Route a line where keys are asked.
	JSON Format = "json"
)

// Options say what to print.
type Options struct {
	// Format is Text if empty.
	Format Format
	// Keys are looked up one by one as they come, and their Routes printed; nil
	// prints the whole map. An error among them ends the printing, after the
	// Routes before it.
	Keys iter.Seq2[Key, error]
}

// Print prints the map, or where its keys go.
func (m *Map) Print(out *term.Output, o Options) error {
	w := bufio.NewWriter(out)
	page := page{w, out}
	var err error
	switch {
	case o.Format != Text && o.Format != JSON && o.Format != "":
		return fmt.Errorf("output %q is not one of text, json", o.Format)
	case o.Keys != nil && o.Format == JSON:
		err = m.eachRoute(o.Keys, func(r Route) error { return term.WriteJSON(w, r, "") })
	case o.Keys != nil:
		err = page.routes(m, o.Keys)
	case o.Format == JSON:
		err = term.WriteJSON(w, m, "  ")
	default:
		page.whole(m)
	}
	if flushed := w.Flush(); err == nil {
		err = flushed
	}
	return err
}

func (m *Map) eachRoute(keys iter.Seq2[Key, error], print func(Route) error) error {
	for key, err := range keys {
		if err != nil {
			return err
		}
		if err := print(m.Route(key)); err != nil {
			return err
		}
	}
	return nil
}
