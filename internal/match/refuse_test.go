package match

import (
	"context"
	"math/rand/v2"
	"testing"

	"kinspect/internal/decode"
	"kinspect/internal/jq"
	"kinspect/internal/record"
)

func (verdict) Refuses(*record.UserRecord, [][]byte) bool { return false }

func (verdict) Signs() Signs { return Signs{} }

// matcher draws one, and of several kinds one that asks for two things.
func (d drawing) matcher(t *testing.T, trees []any) Matcher {
	sought := d.sought(pick(d, trees...)).text
	var m Matcher
	var err error
	switch d.IntN(8) {
	case 0:
		return All(d.matcher(t, trees), d.matcher(t, trees))
	case 1:
		m = PartitionKeys("k7", sought)
	case 2:
		m = Data([32]byte{}, int64(d.IntN(100)-1))
	case 3:
		m, err = Regexp(`\b`+sought, d.chance(20))
		if err != nil {
			return d.matcher(t, trees)
		}
	case 4:
		m, err = Like([]byte(d.like(t, pick(d, trees...)).name))
	case 5:
		var p *jq.Program
		p, err = jq.Compile(d.condition(pick(d, trees...), 2))
		m = JQ(p)
	default:
		m, err = Text(sought[:max(1, len(sought)-d.IntN(2))], pick(d, Word, Anywhere, Entire), d.chance(20))
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// unsigned tells that a subject has none of the signs.
func unsigned(s Subject, signs Signs) bool {
	plainWithout := decode.Auto.PlainWithout(signs.Gram, signs.Veil)
	return signs.Known() && plainWithout(s.User.UserData) && !signs.MayStandIn(*s.User.UserKey)
}

// unread is a subject that was refused before it was parsed.
func unread(s Subject, r Refuser) (Subject, bool) {
	s.Blob, s.Refused = decode.Auto.OpenUnless(s.User.UserData, func(layers [][]byte) bool { return r.Refuses(&s.User, layers) })
	return s, s.Refused
}

// Of what a matcher refuses unread it has nothing to say once it is read.
func TestWhatIsRefusedUnreadIsRefused(t *testing.T) {
	draw := drawing{Rand: rand.New(rand.NewPCG(6, 11))}
	refused, without, drawn := 0, 0, 0
	for range 4_000 {
		records, trees := draw.records(t)
		for range filtersDrawn {
			m := draw.matcher(t, trees)
			for _, s := range records {
				drawn++
				left, ok := unread(s, m)
				if unsigned(s, m.Signs()) {
					if without++; !ok {
						t.Fatalf("%T %+v: %q with key %s has no sign, and is not refused", m, m, s.User.UserData, *s.User.UserKey)
					}
				}
				if !ok {
					continue
				}
				refused++
				if hit, ok, err := m.Match(s); hit != (Hit{}) || ok || err != nil {
					t.Fatalf("%T %+v refuses %q with key %s unread, and read says %+v, %v, %v", m, m, s.User.UserData, *s.User.UserKey, hit, ok, err)
				}
				if hit, ok, err := m.Match(left); hit != (Hit{}) || ok || err != nil {
					t.Fatalf("%T: %+v, %v, %v of what it refused", m, hit, ok, err)
				}
			}
		}
	}
	t.Logf("%d of %d refused unread, %d without a sign", refused, drawn, without)
	if refused*4 < drawn || refused*10 > drawn*9 || without*50 < drawn {
		t.Errorf("%d of %d refused unread, %d without a sign: the test shows little", refused, drawn, without)
	}
}

// The same of many events.
func TestWhatFindersRefuseUnreadHoldsNone(t *testing.T) {
	program, err := jq.Compile(`select(.kind == "ord-7" or .sku) | .id`)
	if err != nil {
		t.Fatal(err)
	}
	for _, within := range []string{"", "2026-11-23-eu-"} {
		draw := drawing{rand.New(rand.NewPCG(6, 12)), within}
		refused, drawn := 0, 0
		for range 2_000 {
			records, trees := draw.records(t)
			texts := []string{draw.sought(pick(draw, trees...)).text, draw.word()}
			for _, f := range []Finder{events(t, texts...), NewIDs(texts, program)} {
				for _, s := range records {
					drawn++
					left, ok := unread(s, f)
					if !ok {
						continue
					}
					refused++
					found, has, err := f.Find(s)
					if found != nil || err != nil {
						t.Fatalf("%T of %q refuses %q unread, and read finds %+v, %v", f, texts, s.User.UserData, found, err)
					}
					if found, leftHas, err := f.Find(left); found != nil || leftHas != has || err != nil {
						t.Fatalf("%T: %+v, %v, %v of what it refused", f, found, leftHas, err)
					}
				}
			}
		}
		if refused*10 < drawn || refused*10 > drawn*9 {
			t.Errorf("%d of %d refused unread: the test shows little", refused, drawn)
		}
	}
}

// A program that is silent about a record gives no output for its documents or text.
func TestSilence(t *testing.T) {
	draw := drawing{Rand: rand.New(rand.NewPCG(6, 13))}
	silences := 0
	for range 4_000 {
		records, trees := draw.records(t)
		program, err := jq.Compile(pick(draw, "select(", ".. | select(", "[.[]?] | .[] | select(") + draw.condition(pick(draw, trees...), 1) + ")" + pick(draw, "", " | .id?", " | {a: .}", " | false"))
		if err != nil {
			t.Fatal(err)
		}
		silent := Silent(program)
		for _, s := range records {
			if s.Blob.State != decode.Read || !silent.Refuses(&s.User, s.Blob.Bytes) {
				continue
			}
			silences++
			values := []any{}
			for _, document := range s.Blob.Documents {
				value, err := jq.Parse(document)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
			for _, text := range texts(s.Blob) {
				values = append(values, text)
			}
			for _, value := range values {
				if outputs, _ := program.Run(context.Background(), value, nil); len(outputs) > 0 {
					t.Fatalf("silent about %q, and gives %v", s.User.UserData, outputs)
				}
			}
		}
	}
	t.Logf("%d silences", silences)
	if silences < 500 {
		t.Errorf("%d silences: the test shows little", silences)
	}
}
