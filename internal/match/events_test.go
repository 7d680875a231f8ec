package match

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func events(t testing.TB, texts ...string) *Events {
	t.Helper()
	e, err := NewEvents(texts)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// oneByOne is what Events finds, the slow way.
func oneByOne(t testing.TB, texts []string, s Subject) (found []Found, unknown map[int]bool) {
	t.Helper()
	unknown = map[int]bool{}
	for i, text := range texts {
		m, err := Event(text)
		if err != nil {
			t.Fatal(err)
		}
		hit, ok, err := m.Match(s)
		if err != nil {
			unknown[i] = true
		} else if ok {
			found = append(found, Found{i, hit})
		}
	}
	return found, unknown
}

func sameAsOneByOne(t testing.TB, texts []string, s Subject) (found int) {
	t.Helper()
	want, unknown := oneByOne(t, texts, s)
	got, _, err := events(t, texts...).Find(s)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q in %q with key %v: got %+v, one by one %+v", texts, s.Blob.Bytes, s.User.UserKey, got, want)
	}
	if len(unknown) > 0 && err == nil {
		t.Errorf("%q in %q: no error, while one by one nothing can be told of %v", texts, s.Blob.Bytes, unknown)
	}
	return len(want)
}

func TestEvents(t *testing.T) {
	texts := []string{"ord-9", "ord-91", "9", "--", "№ 7", "a\\nb", "Чай-7", "x", "\xd4", "user-88", `"id"`, "ord-9"}
	for _, s := range []Subject{
		keyed("user-88", `{"id":"ord-9","b":"--","c":"№ 7"}`), keyed("ord-91", `{"id":"a\u005cnb"}`), keyed("x", "a\\nb Ԋ"),
		subject(`{"id":"x\nord-9"}`), subject(`{"id":"\u043e\u0440\u0064-9","b":"\u0427\u0430\u0439\u002d7"}`),
		subject(nest(`{"id":"y\nord-91"}`, 3)), subject(gzipped(t, `["xord-9","ord-9x","ord_9"]`)), subject("\x00\xff--ord-9\xd4"), subject(""),
		subject(`{"n":9.5,"m":[9]}`), subject(`["C:\\","ord-9"]`),
	} {
		sameAsOneByOne(t, texts, s)
	}
	beside := subject("")
	beside.User.Beside = []byte("tag\nord-9\n")
	if found := sameAsOneByOne(t, texts, beside); found != 3 { // 9, and what is sought twice
		t.Errorf("%d found beside the user data", found)
	}
	if _, err := NewEvents([]string{"a", ""}); err == nil || !strings.HasPrefix(err.Error(), "text 2: ") {
		t.Errorf("an empty text: %v", err)
	}
	if found, _, err := events(t).Find(subject("a")); found != nil || err != nil {
		t.Errorf("none sought: %v, %v", found, err)
	}
}

// Of a record with escapes nested too deep nothing is said but what is found.
func TestEventsBehindTooManyEscapes(t *testing.T) {
	deep := "key ord-9 " + `\u005c` + strings.Repeat("u005c", 2*escapesMax) + "u0061"
	found, _, err := events(t, "ord-8", "ord-9").Find(subject(deep))
	if err != errTooDeep || len(found) != 1 || found[0].Event != 1 {
		t.Errorf("got %+v, %v", found, err)
	}
	sameAsOneByOne(t, []string{"ord-8", "ord-9"}, subject(deep))
}

// Many texts are found as each by itself is, in records drawn at random; also those
// that are so long that they are looked for by a window.
func TestEventsAreFoundAsOneByOne(t *testing.T) {
	for within, texts := range map[string]int{"": 2_000, "2026-11-23-eu-": 1_000, "0123456789abcdefghijklmnopqrstuvwxyz-": 1_000} {
		foundAsOneByOne(t, drawing{rand.New(rand.NewPCG(4, 10)), within}, texts)
	}
}

func foundAsOneByOne(t *testing.T, draw drawing, times int) {
	found, looked := 0, 0
	for range times {
		records, trees := draw.records(t)
		var texts []string
		for range 20 {
			text := draw.sought(pick(draw, trees...)).text
			switch draw.IntN(6) {
			case 0:
				text = text[:max(1, len(text)-1)] // perhaps within a character
			case 1:
				text = pick(draw, "-", "/", " ", "\"", "é") + text
			case 2:
				text = pick(draw, "id", "имя", `":"`, "eu/", "\\", "12.50", "12", "null", "INFO")
			}
			if len(draw.within) == 0 || len(literal(text)) >= stretchMin {
				texts = append(texts, text)
			}
		}
		for _, s := range records {
			found += sameAsOneByOne(t, texts, s)
			looked += len(texts)
		}
	}
	t.Logf("%d of %d found", found, looked)
	if found*10 < looked || found*10 > looked*9 {
		t.Errorf("%d of %d found within %q: the test shows little", found, looked, draw.within)
	}
}

// What all texts begin with is not what they are looked for by.
func TestEventsAreLookedForByTheirRarestWindow(t *testing.T) {
	var texts []string
	for i := range 1_000 {
		texts = append(texts, fmt.Sprintf("orders-of-2026-11-23-in-eu-west-1-%08x", i*2_654_435_761))
	}
	e, windows := events(t, append(texts, "0123456789abcdef")...), 0
	e.sieve.each([]byte(`{"id":"orders-of-2026-11-23-in-eu-west-1-none"}`), func([]byte) { windows++ })
	if windows > 0 {
		t.Errorf("%d windows of what all begin with", windows)
	}
	if found, _, err := e.Find(subject(`{"id":"` + texts[7] + `"}`)); err != nil || len(found) != 1 || found[0].Event != 7 {
		t.Errorf("found %+v, %v", found, err)
	}
}

// manyIDs are as many as issue 6 asks for at once, the last so many digits of each.
func manyIDs(n, size int) []string {
	draw := rand.New(rand.NewPCG(1, 2))
	all := make([]string, n)
	for i := range all {
		id := uuid(draw)
		all[i] = id[len(id)-size:]
	}
	return all
}

func uuid(draw *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", draw.Uint32(), draw.IntN(1<<16), draw.IntN(1<<12), draw.IntN(1<<16), draw.Int64N(1<<48))
}

// Of 10,000 texts a record is compared with the one that it holds, and no other.
func TestEventsCompareFew(t *testing.T) {
	texts := manyIDs(10_000, 36)
	e := events(t, texts...)
	s := miss(texts[4711])
	if found, _, err := e.Find(s); err != nil || found != nil {
		t.Errorf("found inside a longer word: %+v, %v", found, err)
	}
	s = miss(" " + texts[4711])
	if candidates, _ := e.candidates(s); !reflect.DeepEqual(candidates, []int{4711}) {
		t.Errorf("candidates %v", candidates)
	}
	if found, _, err := e.Find(s); err != nil || len(found) != 1 || found[0].Event != 4711 || found[0].Hit.Path != ".items[0].sku" {
		t.Errorf("found %+v, %v", found, err)
	}
}

func BenchmarkIDsMiss1KiB(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		looked := ids(b, ".orderId", manyIDs(n, 36)...)
		s := miss("")
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(s.User.UserData)))
			b.ReportAllocs()
			for b.Loop() {
				if found, _, err := looked.Find(s); found != nil || err != nil {
					b.Fatal(found, err)
				}
			}
		})
	}
}
