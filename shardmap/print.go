package shardmap

import (
	"bufio"
	"fmt"
	"io"
	"iter"

	"kinspect/internal/term"
)

// Format is the value of --output.
type Format string

// The formats.
const (
	// Text is for people.
	Text Format = "text"
	// JSON is the Map as one object, or a Route or Suggestion a line.
	JSON Format = "json"
	// DOT is the lineage as a graph for Graphviz.
	DOT Format = "dot"
	// SVG is the lineage as a picture for browsers.
	SVG Format = "svg"
)

// ParseFormat reads the name of a format.
func ParseFormat(text string) (Format, error) {
	switch f := Format(text); f {
	case Text, JSON, DOT, SVG:
		return f, nil
	}
	return "", fmt.Errorf("output %q is not one of text, json, dot, svg", text)
}

// Draws tells whether the format can only show the whole map.
func (f Format) Draws() bool { return f == DOT || f == SVG }

// Options say what to print: the whole map, unless Keys or Suggest are given.
type Options struct {
	// Format is Text if empty.
	Format Format
	// Keys are looked up one by one as they come. An error among them ends the
	// printing, after what came before it.
	Keys iter.Seq2[Key, error]
	// Lines hold a partition key each, which are looked up after Keys. As text, not
	// each one's Route is printed then, but how many each shard takes.
	Lines io.Reader
	// Refused is told of each of the Lines that is no key, by its number.
	Refused func(line int, why error)
	// Suggest prints a key for each shard.
	Suggest bool
}

// Print prints the map, where its keys go, or keys for its shards.
func (m *Map) Print(out *term.Output, o Options) error {
	w := bufio.NewWriter(out)
	if o.Lines != nil {
		o.Keys = chain(o.Keys, keyLines(unbuffering{o.Lines, w}, o.Refused))
	}
	err := m.print(page{w, out}, o)
	if flushed := w.Flush(); err == nil {
		err = flushed
	}
	return err
}

func (m *Map) print(p page, o Options) error {
	switch o.Format {
	case JSON:
		return m.printJSON(p.w, o)
	case DOT:
		return m.dot(p.w)
	case SVG:
		return m.svg(p.w)
	}
	switch {
	case o.Lines != nil:
		return p.loads(m, o.Keys)
	case o.Keys != nil:
		return p.routes(m, o.Keys)
	case o.Suggest:
		p.suggestions(m)
	default:
		p.whole(m)
		p.consumers(m.Consumers)
	}
	return nil
}

func (m *Map) printJSON(w *bufio.Writer, o Options) error {
	switch {
	case o.Keys != nil:
		return m.eachRoute(o.Keys, func(r Route) error { return term.WriteJSON(w, r, "") })
	case o.Suggest:
		for _, s := range m.Suggest() {
			if err := term.WriteJSON(w, s, ""); err != nil {
				return err
			}
		}
		return nil
	}
	return term.WriteJSON(w, m, "  ")
}

// unbuffering writes out what is known before it waits for more: whoever puts the
// lines may wait for the answers.
type unbuffering struct {
	io.Reader
	answers *bufio.Writer
}

func (u unbuffering) Read(p []byte) (int, error) {
	if err := u.answers.Flush(); err != nil {
		return 0, err
	}
	return u.Reader.Read(p)
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
