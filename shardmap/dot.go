package shardmap

import (
	"bufio"
	"fmt"
	"strings"

	"kinspect/internal/term"
)

// dotStyles tell the states apart, also in print.
var dotStyles = [...]string{
	closed:  `style="rounded" color="#8a94a6" fontcolor="#5b6472"`,
	closing: `style="rounded,filled" fillcolor="#f3d19c" color="#b7791f"`,
	open:    `style="rounded,filled" fillcolor="#9fd8cf" color="#12766a"`,
	coming:  `style="rounded,dashed" color="#b7791f"`,
}

// dot writes the lineage as a graph: a node a shard, a generation a rank.
func (m *Map) dot(w *bufio.Writer) error {
	fmt.Fprintf(w, "digraph shardmap {\n  label=%s labelloc=t labeljust=l fontname=\"sans-serif\"\n", quoted(append([]string{m.title()}, m.notes()...)...))
	fmt.Fprintln(w, `  node [shape=box fontname="sans-serif" fontsize=11]`)
	fmt.Fprintln(w, `  edge [color="#8a94a6" arrowsize=0.7]`)
	nodes := make(map[string]string, len(m.Shards))
	for rest := m.Shards; len(rest) > 0; {
		n := sameGeneration(rest)
		fmt.Fprintln(w, "  { rank=same")
		for _, s := range rest[:n] {
			nodes[s.ID] = fmt.Sprintf("s%d", len(nodes))
			fmt.Fprintf(w, "    %s [label=%s %s]\n", nodes[s.ID], quoted(s.ID, strings.TrimSpace(percent(s.Share)), longTimes.lifetime(s)), dotStyles[s.state])
		}
		fmt.Fprintln(w, "  }")
		rest = rest[n:]
	}
	for _, s := range m.Shards {
		for _, id := range s.Parents {
			if nodes[id] == "" {
				nodes[id] = fmt.Sprintf("s%d", len(nodes))
				fmt.Fprintf(w, "  %s [label=%s style=dotted]\n", nodes[id], quoted(id, "not listed"))
			}
			fmt.Fprintf(w, "  %s -> %s\n", nodes[id], nodes[s.ID])
		}
	}
	_, err := fmt.Fprintln(w, "}")
	return err
}

// quoted makes lines a DOT string. What could command a terminal is spelled
// first, and a backslash is DOT's own escape.
func quoted(lines ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	for i, line := range lines {
		lines[i] = escape.Replace(term.EscapeLine(line))
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}

// notes are the heading's other lines, for pictures.
func (m *Map) notes() []string {
	var lines []string
	if known := facts(m.Stream); len(known) > 0 {
		lines = append(lines, strings.Join(known, ", "))
	}
	lines = append(lines, m.dates())
	for _, c := range m.Caveats {
		lines = append(lines, c.Text)
	}
	return lines
}
