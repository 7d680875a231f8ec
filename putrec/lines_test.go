package putrec

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// cut gives the input to lines in pieces of a size.
func cut(whole bool, input string, pieceBytes int) []line {
	l := lines{whole: whole, most: lineBytesKept}
	var all []line
	for piece := range slices.Chunk([]byte(input), pieceBytes) {
		piece = bytes.Clone(piece)
		l.add(piece)
		for got, ok := l.next(); ok; got, ok = l.next() {
			all = append(all, got)
		}
		clear(piece) // the next Read overwrites it: lines must not point into it
	}
	if got, ok := l.last(); ok {
		all = append(all, got)
	}
	return all
}

func TestLines(t *testing.T) {
	cases := []struct {
		name, input string
		whole       bool
		want        []string
	}{
		{"none", "", false, nil},
		{"with and without an end", "a\nbc", false, []string{"a", "bc"}},
		{"an end begins no line", "a\n", false, []string{"a"}},
		{"blank lines count", "\n\na\n\n", false, []string{"", "", "a", ""}},
		{"CR LF ends a line as well", "a\r\n\r\nb\r\n", false, []string{"a", "", "b"}},
		{"one CR goes, and only before LF", "a\r\r\nb\rc\nd\r", false, []string{"a\r", "b\rc", "d\r"}},
		{"any other byte is data", "\x00\xff\t \v\n", false, []string{"\x00\xff\t \v"}},
		{"whole", "a\r\nb\n", true, []string{"a\r\nb\n"}},
		{"whole, and empty", "", true, []string{""}},
	}
	for _, c := range cases {
		for _, size := range []int{1, 2, 3, 1000} {
			var got []string
			for i, l := range cut(c.whole, c.input, size) {
				got = append(got, string(l.data))
				if l.number != i+1 || l.size != len(l.data) || l.data == nil {
					t.Errorf("%s, pieces of %d: line %d has number %d and size %d of %#v", c.name, size, i+1, l.number, l.size, l.data)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, pieces of %d: %q, want %q", c.name, size, got, c.want)
			}
		}
	}
}

func TestLongLineKeepsNoMemory(t *testing.T) {
	l := lines{most: lineBytesKept}
	piece := bytes.Repeat([]byte("x"), 1<<20)
	const pieces = 24
	for i := range pieces {
		l.add(piece)
		if _, ok := l.next(); ok {
			t.Fatal("a line without an end")
		}
		if cap(l.head) > 2*lineBytesKept {
			t.Fatalf("after %d MiB, %d bytes are held", i+1, cap(l.head))
		}
	}
	l.add([]byte("x\nnext\n"))
	long, _ := l.next()
	if long.data != nil || long.size != pieces<<20+1 || long.number != 1 {
		t.Errorf("the long line has %d bytes kept, size %d, number %d", len(long.data), long.size, long.number)
	}
	if next, ok := l.next(); !ok || string(next.data) != "next" || next.number != 2 {
		t.Errorf("the line after it is %+v", next)
	}
}

func TestLineAtTheBoundIsKept(t *testing.T) {
	for size, kept := range map[int]bool{lineBytesKept: true, lineBytesKept + 1: false} {
		got := cut(false, strings.Repeat("x", size)+"\n", 1<<20)
		if len(got) != 1 || got[0].size != size || (got[0].data != nil) != kept {
			t.Errorf("%d bytes: kept %v, want %v", size, got[0].data != nil, kept)
		}
	}
}
