package decode

import (
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
)

// protobufOrder is what testdata/schemas/order.txt says.
const protobufOrder = `{"orderId":"ord-9","total":"12345678901234567890","price":{"currency":"EUR","units":"5990"},` +
	`"items":[{"sku":"sku-1","n":2},{"sku":"sku-2","n":-1}],"fees":{"gift":{"currency":"EUR","units":"300"}},"state":"STATE_PAID","paid":false,` +
	`"account":{"name":"Zoë"},"scores":[1,-2,3],"seal":"AAEC","detail":{"@type":"type.googleapis.com/shop.v1.Customer","name":"carrier"},` +
	`"placedAt":"2025-11-23T10:15:02.117Z","flags":[],"weight":59.9,"count":0,"parts":[]}`

// orderWith is an order that holds nothing but some fields, after orderId and total.
func orderWith(id string, fields string) string {
	rest := `"items":[],"fees":{},"state":"STATE_UNKNOWN","paid":false,"scores":[],"seal":"","flags":[],"weight":0,"count":0,"parts":[]`
	for _, field := range strings.Split(fields, ";") {
		name, _, _ := strings.Cut(field, ":")
		i := strings.Index(rest, name+":")
		if i < 0 {
			panic(name)
		}
		end := strings.Index(rest[i+len(name)+1:]+`,"`, `,"`) + i + len(name) + 1
		rest = rest[:i] + field + rest[end:]
	}
	return `{"orderId":"` + id + `","total":"0",` + rest + `}`
}

func loaded(t testing.TB, file, message string) *Protobuf {
	t.Helper()
	p, err := LoadProtobuf("testdata/schemas/"+file, message)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// peelProtobuf opens what stands behind a header.
func peelProtobuf(t testing.TB, p *Protobuf, header, data string, limit int) (string, error) {
	t.Helper()
	l, err := p.layer(header, "7")
	if err != nil || l.name != "protobuf" {
		t.Fatal(l.name, err)
	}
	out, err := l.peel([]byte(data), limit)
	return string(out), err
}

func inFile(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/corpus/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// field is one that has a length before it, and number one that is a varint.
func field(n protowire.Number, value string) string {
	return string(protowire.AppendString(protowire.AppendTag(nil, n, protowire.BytesType), value))
}

func number(n protowire.Number, value uint64) string {
	return string(protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), value))
}

func double(n protowire.Number, value float64) string {
	return string(protowire.AppendFixed64(protowire.AppendTag(nil, n, protowire.Fixed64Type), math.Float64bits(value)))
}

func group(n protowire.Number, content string) string {
	out := append(protowire.AppendTag(nil, n, protowire.StartGroupType), content...)
	return string(protowire.AppendTag(out, n, protowire.EndGroupType))
}

func anyOf(name, content string) string {
	return field(1, "type.googleapis.com/"+name) + field(2, content)
}

// parted is an Old within the group of another.
func parted(s string) string { return field(1, "a") + group(4, field(1, s)) }

// nested wraps content n times.
func nested(n int, content string, wrap func(string) string) string {
	for range n {
		content = wrap(content)
	}
	return content
}

func TestProtobufCorpus(t *testing.T) {
	for _, file := range []string{"shop/v1/order.proto", "order.set"} {
		p := loaded(t, file, "shop.v1.Order")
		for name, c := range map[string]struct {
			header string
			before int
		}{"order.protobuf": {"", 0}, "order.confluent.protobuf": {"confluent", confluentHeader}, "order.glue.protobuf": {"glue", glueHeader}} {
			got, err := peelProtobuf(t, p, c.header, inFile(t, name)[c.before:], 1<<20)
			if diff := cmp.Diff(protobufOrder, got); err != nil || diff != "" {
				t.Errorf("%s by %s: %v (-want +got):\n%s", name, file, err, diff)
			}
		}
	}
}

func TestProtobufOpened(t *testing.T) {
	d := Auto.With(loaded(t, "shop/v1/order.proto", "Order"))
	data := inFile(t, "order.protobuf")
	for wrapping, wrap := range map[string]func(string) string{"": strings.Clone, "gzip": zipped} {
		got := inWords(d.Open([]byte(wrap(data))))
		want := read(protobufOrder, "protobuf")
		want.Innermost, want.Count = protobufOrder, 2
		if wrapping != "" {
			want.Layers, want.Count = append([]string{wrapping}, want.Layers...), 3
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in %q (-want +got):\n%s", wrapping, diff)
		}
	}
	cut := d.Open([]byte(data[:len(data)-1]))
	if cut.State != Opaque || len(cut.Bytes) != 1 {
		t.Errorf("cut short, it is %+v", inWords(cut))
	}
}

func TestProtobufAtOnce(t *testing.T) {
	p, data := loaded(t, "shop/v1/order.proto", "Order"), inFile(t, "order.protobuf")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := peelProtobuf(t, p, "", data, 1<<20); err != nil || got != protobufOrder {
				t.Error(got, err)
			}
		})
	}
	all.Wait()
}

func TestProtobufIndexes(t *testing.T) {
	const customer, nestedItem = "\x0a\x03Zoe", "\x0a\x01s\x10\x02"
	order, indexed := "it is the message with the indexes ", ", and shop.v1.Order has [1]"
	cases := []struct{ message, header, data, want string }{
		{"Customer", "confluent", "\x00" + customer, `{"name":"Zoe"}`},
		{"Customer", "confluent", "\x02\x00" + customer, `{"name":"Zoe"}`},
		{"Order.Item", "confluent", "\x04\x02\x00" + nestedItem, `{"sku":"s","n":2}`},
		{"Order", "confluent", "\x00" + customer, order + "[0]" + indexed},
		{"Order.Item", "confluent", "\x04\x02\x02" + nestedItem, `{"sku":"s","n":2}`}, // Order.FeesEntry is 0
		{"Order", "confluent", "\x04\x02\x00" + nestedItem, order + "[1 0]" + indexed},
		{"Order", "confluent", "\x01" + customer, errIndexes.Error()},     // a negative number of them
		{"Order", "confluent", "\x02\x01" + customer, errIndexes.Error()}, // a negative one
		{"Order", "confluent", "\xFE\xFF\xFF\xFF\x0F" + customer, errIndexes.Error()},
		{"Order", "confluent", "\x02", errIndexes.Error()},
		{"Order", "confluent", "", errIndexes.Error()},
		{"Customer", "confluent", "\x00", errNoMessage.Error()},
		{"Customer", "glue", "\x00" + customer, `{"name":"Zoe"}`},
		{"Order.Item", "glue", "\x03" + nestedItem, `{"sku":"s","n":2}`}, // Order.FeesEntry is 2
		{"Order.Item", "glue", "\x83\x00" + nestedItem, `{"sku":"s","n":2}`},
		{"Order", "glue", "\x00" + customer, "it is a message of the type shop.v1.Customer, not shop.v1.Order"},
		{"Order", "glue", "\x04" + customer, "it is message 4 of its schema, and shop.v1.Order is 1"},
		{"Order", "glue", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01" + customer, "it is message 18446744073709551615 of its schema, and shop.v1.Order is 1"},
		{"Order", "glue", "\x80", errIndexes.Error()},
		{"Order", "glue", "", errIndexes.Error()},
		{"Order", "glue", "\x01", errNoMessage.Error()},
	}
	for _, c := range cases {
		got, err := peelProtobuf(t, loaded(t, "shop/v1/order.proto", "shop.v1."+c.message), c.header, c.data, 1<<20)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s behind %s, %q: %s, not %s", c.message, c.header, c.data, got, c.want)
		}
	}
	if _, err := loaded(t, "old.proto", "").layer("string", ""); err == nil {
		t.Error("opens what stands behind a string")
	}
}

// TestProtobufSorted numbers messages as AWS' own example does: the order in the
// file is another.
func TestProtobufSorted(t *testing.T) {
	const schema = `syntax = "proto3"; message B { message C { string s = 1; } message A { message D { string s = 1; } string s = 1; } string s = 1; }`
	file := filepath.Join(written(t, map[string]string{"b.proto": schema}), "b.proto")
	for index, name := range []string{"B", "B.A", "B.A.D", "B.C"} {
		p, err := LoadProtobuf(file, name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := peelProtobuf(t, p, "glue", string(rune(index))+field(1, "a"), 1<<20); err != nil || got != `{"s":"a"}` {
			t.Errorf("%s, message %d: %s, %v", name, index, got, err)
		}
	}
}

func TestProtobufJSON(t *testing.T) {
	cases := []struct{ name, data, want string }{
		{"a zero that is written", number(17, 0), orderWith("", `"count":0`)},
		{"a negative integer", number(17, math.MaxUint64), orderWith("", `"count":-1`)},
		{"a negative integer in 32 bits", number(17, math.MaxUint32), orderWith("", `"count":-1`)},
		{"no number", double(16, math.NaN()), orderWith("", `"weight":"NaN"`)},
		{"infinity", double(16, math.Inf(-1)), orderWith("", `"weight":"-Infinity"`)},
		{"a state without a name", number(6, 200), orderWith("", `"state":200`)},
		{"a number given twice", number(17, 1) + number(17, 2), orderWith("", `"count":2`)},
		{"packed and not", field(10, "\x02\x03") + number(10, 6), orderWith("", `"scores":[1,-2,3]`)},
		{"a map's key given twice", field(5, field(1, "a")+field(2, number(2, 1))) + field(5, field(1, "a")), orderWith("", `"fees":{"a":{"currency":"","units":"0"}}`)},
		{"bytes", field(11, "\xFB\xFF"), orderWith("", `"seal":"+/8="`)},
		{"what has spaces and escapes", field(1, "a: \"b\", \x01\u2028") + number(7, 1), orderWith(`a: \"b\", \u0001`+"\u2028", `"paid":true`)},
		{"an Any of a standard type", field(12, anyOf("google.protobuf.Duration", number(1, 3))),
			strings.Replace(orderWith("", `"seal":""`), `,"flags"`, `,"detail":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"3s"},"flags"`, 1)},
		{"an Any in pieces", field(12, field(1, "x/shop.v1.Customer")) + field(12, field(2, field(1, "a"))),
			strings.Replace(orderWith("", `"seal":""`), `,"flags"`, `,"detail":{"@type":"x/shop.v1.Customer","name":"a"},"flags"`, 1)},
		{"an empty Any", field(12, ""), strings.Replace(orderWith("", `"seal":""`), `,"flags"`, `,"detail":{},"flags"`, 1)},
		{"a newer schema's field", field(1, "ord-9") + field(99, "new"), orderWith("ord-9", `"count":0`)},
		{"a newer schema's field in an item", field(1, "ord-9") + field(4, field(1, "s")+number(9, 1)), orderWith("ord-9", `"items":[{"sku":"s","n":0}]`)},
		{"a newer schema's group", field(1, "ord-9") + group(98, number(1, 1)), orderWith("ord-9", `"count":0`)},
	}
	p := loaded(t, "shop/v1/order.proto", "Order")
	for _, c := range cases {
		got, err := peelProtobuf(t, p, "", c.data, 1<<20)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}

func TestProtobufOfProto2(t *testing.T) {
	p := loaded(t, "old.proto", "")
	got, err := peelProtobuf(t, p, "", field(1, "a")+group(4, number(2, 5))+field(100, "b"), 1<<20)
	if want := `{"id":"a","part":{"n":5},"[more]":"b"}`; got != want || err != nil {
		t.Errorf("%s, %v; not %s", got, err, want)
	}
	for data, want := range map[string]string{
		field(2, "a"):                      "required field Old.id not set",
		field(1, "a") + field(2, "\xFF"):   "invalid UTF-8",
		field(1, "a") + field(100, "\xFF"): "invalid UTF-8",
		field(1, "a") + group(4, "")[:1]:   "unexpected EOF",
	} {
		if got, err := peelProtobuf(t, p, "", data, 1<<20); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %s, %v; not %s", data, got, err, want)
		}
	}
}

func TestProtobufRefused(t *testing.T) {
	id := field(1, "ord-9")
	cases := []struct{ name, data, want string }{
		{"nothing", "", errNoMessage.Error()},
		{"a length beyond the end", "\x0A\x7Fabc", "unexpected EOF"},
		{"a forged length", "\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7Fabc", "unexpected EOF"},
		{"a length beyond the end of an item", field(4, "\x0A\x7Fabc"), "unexpected EOF"},
		{"field zero", "\x02\x00", "invalid field number"},
		{"the end of a group that never began", id + "\x0C", "mismatching end group"},
		{"another type of field", double(1, 0.5), "field 1 is not what shop.v1.Order.order_id of the schema is"},
		{"another type in a map", field(5, field(1, "a")+number(2, 1)), "field 2 is not what shop.v1.Order.FeesEntry.value of the schema is"},
		{"a string for a number", field(17, "five"), "field 17 is not what shop.v1.Order.count of the schema is"},
		{"an integer of more bits", number(17, 1<<32), "field 17 is more than shop.v1.Order.count of the schema can hold"},
		{"an integer of more bits in a list", field(10, "\x02\x80\x80\x80\x80\x10"), "field 10 is more than shop.v1.Order.scores of the schema can hold"},
		{"two for true", number(7, 2), "field 7 is more than shop.v1.Order.paid of the schema can hold"},
		{"a packed list cut short", field(10, "\x02\x80"), "unexpected EOF"},
		{"another type's message", field(99, "a customer"), errStranger.Error()},
		{"mostly another type's", field(1, "a") + field(99, "a customer"), errStranger.Error()},
		{"mostly another type's, in an item", field(4, field(99, "a customer")), errStranger.Error()},
		{"mostly another type's, in a map", field(5, field(99, "a customer")), errStranger.Error()},
		{"mostly another type's, in an Any", field(12, field(1, "/shop.v1.Money")+field(2, field(99, strings.Repeat("a", 40)))), errStranger.Error()},
		{"an Any of another schema", field(12, anyOf("shop.v2.Box", id)), `a google.protobuf.Any holds "type.googleapis.com/shop.v2.Box", which the schema does not name`},
		{"an Any of an enum", field(12, anyOf("shop.v1.Order.State", id)), "which the schema does not name"},
		{"an Any without a type", field(12, field(2, "a")), "type_url is not set"},
		{"an Any of another type", field(12, anyOf("shop.v1.Money", double(1, 0.5))), "field 1 is not what shop.v1.Money.currency of the schema is"},
		{"a time out of range", field(13, number(1, 1<<62)), "seconds out of range"},
		{"no UTF-8", field(1, "\xFF"), "invalid UTF-8"},
		{"no UTF-8 for a map's key", field(5, field(1, "\xFF")), "invalid UTF-8"},
	}
	p := loaded(t, "shop/v1/order.proto", "Order")
	for _, c := range cases {
		if got, err := peelProtobuf(t, p, "", c.data, 1<<20); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %s, %v; not %s", c.name, got, err, c.want)
		}
	}
}

func TestProtobufNesting(t *testing.T) {
	parent := func(s string) string { return field(14, s) }
	parts := func(s string) string { return field(18, s) }
	boxed := func(s string) string { return field(12, anyOf("shop.v1.Order", s)) }
	cases := []struct {
		name, schema string
		data         string
		deep         bool
	}{
		{"messages", "shop/v1/order.proto", nested(MaxNesting-2, number(17, 1), parent), false},
		{"messages", "shop/v1/order.proto", nested(MaxNesting-1, number(17, 1), parent), true},
		{"lists", "shop/v1/order.proto", nested(MaxNesting/2-1, number(17, 1), parts), false},
		{"lists", "shop/v1/order.proto", nested(MaxNesting/2, number(17, 1), parts), true},
		{"a list at the end", "shop/v1/order.proto", nested(MaxNesting-2, number(10, 1), parent), false},
		{"Any", "shop/v1/order.proto", nested(MaxNesting/2-1, number(17, 1), boxed), false},
		{"Any", "shop/v1/order.proto", nested(MaxNesting/2, number(17, 1), boxed), true},
		{"groups", "old.proto", nested(MaxNesting/2-1, field(1, "a"), parted), false},
		{"groups", "old.proto", nested(MaxNesting/2, field(1, "a"), parted), true},
		{"unknown groups", "old.proto", field(1, strings.Repeat("a", 1<<20)) + strings.Repeat("\x13", 20000) + strings.Repeat("\x14", 20000), true},
	}
	for _, c := range cases {
		message := ""
		if c.schema != "old.proto" {
			message = "Order"
		}
		got, err := peelProtobuf(t, loaded(t, c.schema, message), "", c.data, 64<<20)
		if c.deep != (err != nil) {
			t.Errorf("%s: %d bytes, %v", c.name, len(got), err)
		}
		if documents, jsonErr := parseJSON([]byte(got)); err == nil && (jsonErr != nil || len(documents) != 1) {
			t.Errorf("%s: %d documents, %v", c.name, len(documents), jsonErr)
		}
	}
}

// TestProtobufBombs opens what is small and would be large, and counts what that
// allocates.
func TestProtobufBombs(t *testing.T) {
	escapes := strings.Repeat("\x01", 1<<20)
	cases := []struct {
		name, schema, data string
		limit, most        int
		want               error
	}{
		{"packed booleans", "Order", field(15, strings.Repeat("\x01", 10<<20)), 64 << 20, 64 << 20, errHeavy},
		{"packed booleans, some", "Order", field(15, strings.Repeat("\x01", 1<<20)), 1 << 20, 128 << 20, errTooLarge},
		{"empty messages", "Order", strings.Repeat(field(18, ""), 3<<20), 64 << 20, 64 << 20, errHeavy},
		{"messages that are longer as JSON", "Order", strings.Repeat(field(18, ""), 400<<10), 8 << 20, 256 << 20, errTooLarge},
		{"map entries", "Order", strings.Repeat(field(5, field(1, "a")), 2<<20), 64 << 20, 64 << 20, errHeavy},
		{"unpacked", "Order", strings.Repeat(number(10, 1), 5<<20), 64 << 20, 64 << 20, errHeavy},
		{"escapes", "Order", field(1, escapes), 4 << 20, 16 << 20, errTooLarge},
		{"an Any in an Any", "Order", nested(80, field(1, strings.Repeat("a", 4<<20)), func(s string) string { return field(12, anyOf("shop.v1.Order", s)) }), 64 << 20, 512 << 20, errHeavy},
		{"groups that are read at each level", "Old", nested(140, field(1, "a")+field(2, strings.Repeat("a", 2<<20)), parted), 64 << 20, 64 << 20, errHeavy},
	}
	for _, c := range cases {
		file := "shop/v1/order.proto"
		if c.schema == "Old" {
			file = "old.proto"
		}
		p := loaded(t, file, c.schema)
		var before, after runtime.MemStats
		l, err := p.layer("", "")
		if err != nil {
			t.Fatal(err)
		}
		data := []byte(c.data)
		runtime.ReadMemStats(&before)
		out, err := l.peel(data, c.limit)
		runtime.ReadMemStats(&after)
		taken := after.TotalAlloc - before.TotalAlloc
		t.Logf("%s: %d MiB allocated for %d KiB", c.name, taken>>20, len(data)>>10)
		if err != c.want || len(out) > 0 || taken > uint64(c.most) {
			t.Errorf("%s: %d bytes, %v, not %v; %d MiB allocated", c.name, len(out), err, c.want, taken>>20)
		}
	}
}

// TestProtobufText opens words, ids and lines of logs by a schema whose field
// numbers are those that letters and digits stand for.
func TestProtobufText(t *testing.T) {
	p := loaded(t, "shop/v1/order.proto", "Order")
	random := rand.New(rand.NewSource(9))
	tried, taken := 0, []string{}
	try := func(text string) {
		tried++
		if _, err := peelProtobuf(t, p, "", text, 1<<20); err == nil {
			taken = append(taken, text)
		}
	}
	const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_:/. "
	for size := 1; size <= 40; size++ {
		for range 500 {
			word := make([]byte, size)
			for i := range word {
				word[i] = letters[random.Intn(len(letters))]
			}
			try(string(word))
		}
	}
	for i := range 5000 {
		try(fmt.Sprintf("ord-%d", i))
		try(fmt.Sprintf("%04d", i))
		try(fmt.Sprintf("2026-11-%02d 10:15:%02d GET /orders/ord-%d 200", i%30+1, i%60, i))
		try(fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", random.Uint32(), i, i%4096, i%4096, random.Int63n(1<<48)))
	}
	if len(taken) > 0 {
		t.Errorf("%d of %d texts are orders: %q", len(taken), tried, taken)
	}
	// What is one, though it is readable.
	for _, data := range []string{field(1, "ord-23456"), field(1, "8f5e024c-9d1b-4a6a-8c3f-77205d9e10b4")} {
		if _, err := peelProtobuf(t, p, "", data, 1<<20); err != nil || !Readable([]byte(data)) {
			t.Errorf("%q: %v", data, err)
		}
	}
}
