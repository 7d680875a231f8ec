package shardmap

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"kinspect/internal/shard"
)

// lined reads keys as --keys does, and spells them and what was refused.
func lined(t testing.TB, r io.Reader) (keys, refused []string, broken error) {
	t.Helper()
	for key, err := range keyLines(r, func(line int, why error) { refused = append(refused, fmt.Sprintf("%d %.50v", line, why)) }) {
		if err != nil {
			return keys, refused, err
		}
		if key.Hash != shard.HashOf(*key.Partition) {
			t.Fatalf("%q has the hash key %s", *key.Partition, key.Hash)
		}
		keys = append(keys, *key.Partition)
	}
	return keys, refused, nil
}

func TestKeyLines(t *testing.T) {
	long := strings.Repeat("я", 257)
	for _, c := range []struct {
		name, input   string
		keys, refused []string
	}{
		{"nothing", "", nil, nil},
		{"a byte order mark", "\ufeffa\n\ufeffb", []string{"a", "\ufeffb"}, nil},
		{"half a byte order mark", "\xef\xbba\n\xef\xbb", nil, []string{`1 partition key "\xef\xbba" is not UTF-8`, `2 partition key "\xef\xbb" is not UTF-8`}},
		{"nothing but a byte order mark", "\ufeff", nil, nil},
		{"LF and CR LF", "a\nb\r\nc", []string{"a", "b", "c"}, nil},
		{"blanks are part of a key", " a \n\t\n", []string{" a ", "\t"}, nil},
		{"a CR within is part of a key", "a\rb\n", []string{"a\rb"}, nil},
		{"empty lines", "a\n\n\r\nb\n", []string{"a", "b"}, []string{"2 partition key is empty", "3 partition key is empty"}},
		{"not UTF-8", "a\n\xff\nb\n", []string{"a", "b"}, []string{`2 partition key "\xff" is not UTF-8`}},
		{"256 characters", strings.Repeat("😀", 256) + "\n", []string{strings.Repeat("😀", 256)}, nil},
		{"257 characters", long + "\nb", []string{"b"}, []string{"1 partition key \"яяяяяяяяяяяяяяяяяяяя\"… has more tha"}},
		{"a line that never ends", strings.Repeat("x", 1<<20) + "\nb\n", []string{"b"}, []string{"1 partition key \"xxxxxxxxxxxxxxxxxxxx\"… has more tha"}},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.input), iotest.OneByteReader(strings.NewReader(c.input))} {
			keys, refused, err := lined(t, r)
			if err != nil || !slices.Equal(keys, c.keys) || !slices.Equal(refused, c.refused) {
				t.Errorf("%s: %.80q, refused %q, %v", c.name, keys, refused, err)
			}
		}
	}
	for _, utf16 := range []string{"\xff\xfea\x00\n\x00b\x00", "\xfe\xff\x00a"} {
		if keys, _, err := lined(t, strings.NewReader(utf16)); err == nil || err.Error() != "reading the keys: it is UTF-16, not UTF-8" || keys != nil {
			t.Errorf("%q, %v", keys, err)
		}
	}
	broken := errors.New("disk on fire")
	keys, _, err := lined(t, io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || err.Error() != "reading the keys: line 2: disk on fire" || len(keys) != 1 {
		t.Errorf("%q, %v", keys, err)
	}
}

func FuzzKeyLines(f *testing.F) {
	f.Add([]byte("a\r\nb\n\n\xff"))
	f.Fuzz(func(t *testing.T, input []byte) {
		keys, refused, err := lined(t, strings.NewReader(string(input)))
		if bytes.HasPrefix(input, []byte("\xff\xfe")) || bytes.HasPrefix(input, []byte("\xfe\xff")) {
			return
		}
		input = bytes.TrimPrefix(input, []byte("\ufeff"))
		lines := strings.Count(string(input), "\n")
		if len(input) > 0 && input[len(input)-1] != '\n' {
			lines++
		}
		if err != nil || len(keys)+len(refused) != lines {
			t.Fatalf("%d keys and %d refusals of %d lines, %v", len(keys), len(refused), lines, err)
		}
	})
}

func TestChain(t *testing.T) {
	first, _ := Keys([]string{"a", "b"}, nil)
	second, _ := Keys([]string{"c"}, nil)
	for _, c := range []struct {
		first, second iter.Seq2[Key, error]
		want          string
	}{{nil, nil, ""}, {first, nil, "ab"}, {nil, second, "c"}, {first, second, "abc"}} {
		got, chain := "", chain(c.first, c.second)
		for range 2 {
			got = ""
			if chain == nil {
				break
			}
			for key := range chain {
				if got += *key.Partition; got == "abc" {
					break
				}
			}
		}
		if got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// A line is answered before the next one is waited for.
func TestLinesAreAnsweredAsTheyCome(t *testing.T) {
	in, lines := io.Pipe()
	answers, out := io.Pipe()
	m := Build(header(), shard.NewLineage(fresh()), now)
	go func() { out.CloseWithError(m.Print(pipe(out), Options{Format: JSON, Lines: in})) }()
	answered := bufio.NewScanner(answers)
	for i := range 3 {
		fmt.Fprintf(lines, "%d\n", i)
		if !answered.Scan() || !strings.HasPrefix(answered.Text(), fmt.Sprintf(`{"partitionKey":"%d",`, i)) {
			t.Fatalf("%q, %v", answered.Text(), answered.Err())
		}
	}
	lines.Close()
	if answered.Scan() || answered.Err() != nil {
		t.Fatalf("%q, %v", answered.Text(), answered.Err())
	}
}

// What is counted is what Route says, key by key.
func TestLoadAgreesWithRoute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Build(header(), shard.NewLineage(reshard(t)), now)
		texts := rapid.SliceOfN(rapid.StringN(1, 20, -1), 1, 50).Draw(t, "keys")
		keys, err := Keys(texts, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]int{}
		for key := range keys {
			want[m.Route(key).ShardID]++
		}
		l, err := m.load(keys)
		if err != nil || l.keys != len(texts) {
			t.Fatalf("%d keys of %d, %v", l.keys, len(texts), err)
		}
		for place, n := range l.taken {
			if n != want[m.Shards[place].ID] {
				t.Fatalf("%s takes %d, want %d", m.Shards[place].ID, n, want[m.Shards[place].ID])
			}
		}
	})
}

// Of shards that take the same, none is named the hottest.
func TestTheHottestShard(t *testing.T) {
	m := Build(header(), shard.NewLineage(fresh()), now)
	text := printed(t, m, pipe, Options{Lines: strings.NewReader("k1\nk0\n"), Refused: func(int, error) {}})
	if !strings.Contains(text, "2 keys on 4 shards: 2 shards take most, each 50.0 %, 2.00 times its fair share\n") {
		t.Error(text)
	}
}

// Each shard that takes writes has a suggestion that goes there.
func TestSuggestionsGoWhereTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Build(header(), shard.NewLineage(reshard(t)), now)
		suggested := map[string]bool{}
		for _, s := range m.Suggest() {
			key, err := HashKey(s.HashKey)
			if s.PartitionKey != "" {
				key, err = PartitionKey(s.PartitionKey)
			}
			if err != nil || key.Hash.String() != s.HashKey || m.Route(key).ShardID != s.ShardID {
				t.Fatalf("%+v goes to %s, %v", s, m.Route(key).ShardID, err)
			}
			suggested[s.ShardID] = true
		}
		for _, s := range m.Shards {
			if suggested[s.ID] != s.Open {
				t.Fatalf("%s %s is suggested: %v", s.ID, s.state, suggested[s.ID])
			}
		}
	})
}

func TestTinyRangeGetsAHashKey(t *testing.T) {
	tiny := shard.HashKey{Hi: 7}
	m := Build(header(), shard.NewLineage([]shard.Shard{
		{ID: id(0), Range: shard.Range{End: shard.HashKey{Hi: 6, Lo: ^uint64(0)}}},
		{ID: id(1), Range: shard.Range{Start: tiny, End: tiny}},
		{ID: id(2), Range: shard.Range{Start: mustNext(tiny), End: shard.MaxHashKey}},
	}), now)
	all := m.Suggest()
	if len(all) != 3 || all[1].ShardID != id(1) || all[1].PartitionKey != "" || all[1].HashKey != tiny.String() || all[2].PartitionKey != "k0" {
		t.Errorf("%+v", all)
	}
	if text := printed(t, m, pipe, Options{Suggest: true}); !strings.Contains(text, "Of 262,144 keys tried no key falls into a range without one") {
		t.Error(text)
	}
}

// BenchmarkKeys is what --keys does with a line.
func BenchmarkKeys(b *testing.B) {
	var input strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&input, "user-%d\n", i)
	}
	m := Build(header(), shard.NewLineage(merged()), now)
	for name, o := range map[string]Options{"text": {Format: Text}, "json": {Format: JSON}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o.Lines, o.Refused = strings.NewReader(input.String()), func(int, error) { b.Fatal("refused") }
				if err := m.Print(pipe(io.Discard), o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/key")
		})
	}
}
