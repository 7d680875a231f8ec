package match

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"kinspect/internal/jq"
)

// FuzzEvent looks for what another way of searching finds: patterns for the rule
// about words, and encoding/json for what JSON means.
func FuzzEvent(f *testing.F) {
	for _, seed := range []struct{ data, text, key string }{
		{`{"id":"ord\u002d9"}`, "ord-9", ""},
		{nest(`{"b":"ord\u002d9"}`, 3), "ord-9", "user-88"},
		{"INFO x\\nord-9 \xff", "ord-9", "ord-9"},
		{"\ufeff[1.5,\"\\ud83d\\ude00\"]\x00", "😀", "a"},
		{gzipped(f, `{"a":1} {"b":2}`), "b", ""},
		{`["a\u0431","б"]`, "a", ""},
		{"Ԋ", "\xd4", ""},
	} {
		f.Add([]byte(seed.data), seed.text, seed.key)
	}
	f.Fuzz(func(t *testing.T, data []byte, text, key string) {
		m, err := Event(text)
		if err != nil {
			return
		}
		s := keyed(key, string(data))
		hit, ok := look(t, m, s)
		if ok {
			checkHit(t, hit)
			for _, ignoreCase := range []bool{false, true} {
				if _, ok := look(t, Grep(text, ignoreCase), s); !ok {
					t.Errorf("%q found in %q at %+v, but not as part of a word", text, data, hit)
				}
			}
			return
		}
		if where := otherWay(s, text); where != "" {
			t.Errorf("%q not found in %q, where it stands in %s", text, data, where)
		}
	})
}

func checkHit(t *testing.T, hit Hit) {
	t.Helper()
	if hit.Path == "" || !utf8.ValidString(hit.Value) || utf8.RuneCountInString(hit.Value) > excerptMax {
		t.Errorf("odd hit %+v", hit)
	}
}

// otherWay says where text stands, or nothing.
func otherWay(s Subject, text string) string {
	if !utf8.ValidString(text) {
		return ""
	}
	const noWord = `[^\p{L}\p{Nd}_]`
	word := regexp.MustCompile(`(?:^|` + noWord + `)` + regexp.QuoteMeta(text) + `(?:$|` + noWord + `)`)
	if word.MatchString(*s.User.UserKey) {
		return "the partition key"
	}
	if strings.ContainsRune(text, utf8.RuneError) {
		return "" // what invalid UTF-8 looks like to a pattern
	}
	for i, layer := range s.Blob.Bytes {
		// In the strings of JSON not the bytes count, but what they mean.
		isJSON := i == len(s.Blob.Bytes)-1 && len(s.Blob.Documents) > 0
		if !isJSON && word.Match(layer) {
			return "a layer"
		}
	}
	for _, document := range s.Blob.Documents {
		if inTokens(document, word, 0) {
			return "a token"
		}
	}
	return ""
}

// inTokens looks into each name, string and number, and into JSON in a string.
func inTokens(document []byte, word *regexp.Regexp, depth int) bool {
	tokens := json.NewDecoder(bytes.NewReader(document))
	tokens.UseNumber()
	for {
		token, err := tokens.Token()
		if err != nil {
			return false
		}
		var found bool
		switch token := token.(type) {
		case json.Number:
			found = word.MatchString(token.String())
		case string:
			if inner := []byte(token); depth < depthMax && json.Valid(inner) {
				found = inTokens(inner, word, depth+1)
			} else {
				found = word.MatchString(token)
			}
		}
		if found {
			return true
		}
	}
}

// miss is a kilobyte of JSON as front ends send it, without what is sought.
func miss(middle string) Subject {
	item := `{"sku":"A-1` + middle + `","name":"Чай чёрный","count":12,"price":9.50,"note":"two\nlines"},`
	return keyed("user-88", `{"id":"ord-7","items":[`+strings.Repeat(item, 1000/len(item))+`{}]}`)
}

func BenchmarkEventMiss1KiB(b *testing.B) {
	for name, s := range map[string]Subject{
		"unicode-escapes": miss(`\u0431`),
		"other-escapes":   miss(`\"`),
	} {
		b.Run(name, func(b *testing.B) {
			m := event(b, "ord-3f2a9c41-77e0")
			if len(s.Blob.Documents) != 1 {
				b.Fatalf("not JSON: %+v", s.Blob)
			}
			b.SetBytes(int64(len(s.User.UserData)))
			b.ReportAllocs()
			for b.Loop() {
				if _, ok, _ := m.Match(s); ok {
					b.Fatal("found")
				}
			}
		})
	}
}

func BenchmarkGrepIgnoreCaseMiss1KiB(b *testing.B) {
	m, s := Grep("ord-3f2a9c41-77e0", true), miss("")
	b.SetBytes(int64(len(s.User.UserData)))
	for b.Loop() {
		if _, ok, _ := m.Match(s); ok {
			b.Fatal("found")
		}
	}
}

// FuzzPrefilter asks a program, a pattern and an expression with their prefilter
// and without: what the one refuses, the other does not accept.
func FuzzPrefilter(f *testing.F) {
	f.Add(`.id == "ord-9"`, `{"id":"ord-9"}`, `ord-\d`, []byte(`{"id":"ord\u002d9"}`))
	f.Fuzz(func(t *testing.T, expr, pattern, pattern2 string, data []byte) {
		s := keyed("user-88", string(data))
		if program1, err := jq.Compile(expr); err == nil && len(program1.Literals()) > 0 && !greedy.MatchString(expr) {
			agree(t, expr, program{program1, nil}, JQ(program1), s)
		}
		if m, err := Like([]byte(pattern)); err == nil {
			agree(t, pattern, likeness{m.(likeness).pattern, nil}, m, s)
		}
		if m, err := Regexp(pattern2, false); err == nil && len(pattern2) < 100 {
			all := m.(*text).needle
			all.seeker = nil
			agree(t, pattern2, &text{all}, m, s)
		}
	})
}

// greedy are builtins that may take a gigabyte within one step.
var greedy = regexp.MustCompile(`\d{3}|\d[eE]|\*|pow|exp|range|repeat|recurse|while|until|limit|implode|combinations|setpath|\[\d+\]\s*[|+/*%-]*=`)

func agree(t *testing.T, name string, without, with Matcher, s Subject) {
	t.Helper()
	want, ok, err := without.Match(s)
	if !ok || err != nil {
		return
	}
	if got, ok, err := with.Match(s); !ok || err != nil || got != want {
		t.Errorf("%s on %q: %+v without a prefilter, and with it %v %+v %v", name, s.User.UserData, want, ok, got, err)
	}
}

// FuzzEvents looks for many texts at once and one by one.
func FuzzEvents(f *testing.F) {
	f.Add("ord-9|9|--|№ 7|\xd4", "user-88", []byte(`{"id":"x\nord-9"}`), 0)
	f.Add("2026-11-23-ord-9|0123456789abcdef", "user-88", []byte(`{"id":"x\n2026-11-23-ord-9","b":"\u0030123456789abcdef"}`), 10)
	f.Fuzz(func(t *testing.T, texts, key string, data []byte, at int) {
		sought := slices.DeleteFunc(strings.Split(texts, "|"), func(text string) bool { return text == "" })
		sought = sought[:min(len(sought), 20)]
		sameAsOneByOne(t, sought, keyed(key, string(data)))
		long := slices.DeleteFunc(sought, func(text string) bool { return len(literal(text)) < stretchMin })
		if at >= 0 && at+stretchMin < len(data) { // a stretch of the record itself
			long = append(long, string(data[at:min(at+20, len(data))]))
		}
		sameAsOneByOne(t, long, keyed(key, string(data)))
	})
}
