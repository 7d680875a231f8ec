package shardmap

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kinspect/internal/shard"
)

// wellFormed parses a picture as a browser does, and returns its texts.
func wellFormed(t testing.TB, picture string) (texts []string) {
	t.Helper()
	from := xml.NewDecoder(strings.NewReader(picture))
	for {
		token, err := from.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatalf("not well-formed: %v in\n%s", err, picture)
		}
		switch token := token.(type) {
		case xml.StartElement:
			for _, a := range token.Attr {
				if a.Name.Local == "href" || a.Name.Local == "src" || strings.HasPrefix(a.Name.Local, "on") {
					t.Fatalf("<%s %s=%q>", token.Name.Local, a.Name.Local, a.Value)
				}
			}
			if token.Name.Local == "script" || token.Name.Local == "image" || token.Name.Local == "foreignObject" {
				t.Fatalf("<%s>", token.Name.Local)
			}
		case xml.CharData:
			texts = append(texts, string(token))
		}
	}
}

func TestSVG(t *testing.T) {
	for _, w := range worlds() {
		m := Build(w.header, shard.NewLineage(w.shards), now)
		got := printed(t, m, pipe, Options{Format: SVG})
		texts := strings.Join(wellFormed(t, got), "\n")
		for _, s := range m.Shards {
			if !strings.Contains(texts, visible(s.ID)) {
				t.Errorf("%s: %q is not in the picture", w.name, s.ID)
			}
		}
		if w.name == "merged" || w.name == "cutover" {
			golden(t, w.name+".svg", got)
		}
	}
}

func TestSVGEscapes(t *testing.T) {
	h := header()
	h.Stream.Name = `</title><script>alert(1)</script>`
	shards := fresh()
	shards[0].ID = `"><image href=x onerror=y>&lt;` + "\uffff\x00\x1b"
	got := printed(t, Build(h, shard.NewLineage(shards), now), pipe, Options{Format: SVG})
	texts := strings.Join(wellFormed(t, got), "")
	for _, want := range []string{h.Stream.Name, `"><image href=x onerror=y>&lt;` + "\ufffd" + `\x00\x1b`} {
		if !strings.Contains(texts, want) {
			t.Errorf("%q is not shown as it is", want)
		}
	}
}

// The bands of shards that take writes reach the bottom, all others end above it;
// none leaves the picture, and at each height they do not overlap.
func TestBands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Build(header(), shard.NewLineage(reshard(t)), now)
		p := m.picture()
		for i, b := range p.Bands {
			if reaches := b.Y+b.H == p.Bottom; reaches != m.Shards[i].Open && b.Y+b.H != p.top(m.Shards[i].generation)+svgBand {
				t.Fatalf("%s %s reaches the bottom: %v", m.Shards[i].ID, b.State, reaches)
			}
			if b.X < p.Left-0.01 || b.X+b.W > p.Right+0.01 || b.H <= 0 || math.IsNaN(float64(b.W)) {
				t.Fatalf("%s is drawn at %v", m.Shards[i].ID, b)
			}
			for _, other := range p.Bands[:i] {
				if b.X < other.X+other.W && other.X < b.X+b.W && b.Y < other.Y+other.H && other.Y < b.Y+b.H {
					t.Fatalf("%v and %v overlap", other.Tip, b.Tip)
				}
			}
		}
	})
}

func TestDOTEscapes(t *testing.T) {
	for text, want := range map[string]string{`a"b\`: `"a\"b\\"`, "\x1b\n": `"\\x1b\\n"`} {
		if got := quoted(text); got != want {
			t.Errorf("%q is quoted as %s, want %s", text, got, want)
		}
	}
}

// A title that may not fit is squeezed.
func TestLongTitleFits(t *testing.T) {
	for name, squeezed := range map[string]bool{"orders": false, strings.Repeat("w", 128): true} {
		h := header()
		h.Stream.Name = name
		if text := printed(t, Build(h, shard.NewLineage(fresh()), now), pipe, Options{Format: SVG}); strings.Contains(text, `textLength="1172"`) != squeezed {
			t.Errorf("%.20s: %.400s", name, text)
		}
	}
}
