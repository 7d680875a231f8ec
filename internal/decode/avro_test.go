package decode

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const avroOrderID = `{"type":"record","name":"Order","fields":[{"name":"orderId","type":"string"},{"name":"n","type":"long"}]}`

// withAvro decodes by one schema, from a file order.avsc.
func withAvro(t testing.TB, schema string) *Decoder {
	t.Helper()
	return Auto.With(loadAvro(t, filepath.Join(avroFiles(t, map[string]string{"order.avsc": schema}), "order.avsc")))
}

// avroFiles returns a directory with the files.
func avroFiles(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// long is n as Avro writes it.
func long(n int64) string { return string(binary.AppendVarint(nil, n)) }

func sized(s string) string { return long(int64(len(s))) + s }

func TestAvroValues(t *testing.T) {
	decimal := `{"type":"bytes","logicalType":"decimal","precision":40,"scale":3}`
	linked := `{"type":"record","name":"a.L","fields":[{"name":"v","type":"int"},{"name":"next","type":["null","L"]}]}`
	cases := []struct{ schema, message, want string }{
		{`"long"`, long(math.MinInt64), "-9223372036854775808"},
		{`"int"`, long(math.MaxInt32), "2147483647"},
		{`"boolean"`, "\x01", "true"},
		{`"float"`, "\x00\x00\x80\x3f", "1"},
		{`"float"`, "\xcd\xcc\xcc\x3d", "0.1"},
		{`"double"`, string(binary.LittleEndian.AppendUint64(nil, math.Float64bits(12345678.5))), "12345678.5"},
		{`"double"`, string(binary.LittleEndian.AppendUint64(nil, math.Float64bits(-1e300))), "-1e+300"},
		{`"double"`, string(binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.NaN()))), `"NaN"`},
		{`"double"`, string(binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.Inf(1)))), `"Infinity"`},
		{`"float"`, string(binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(math.Inf(-1))))), `"-Infinity"`},
		{`"string"`, sized("a\"b\n\x00Zoë"), `"a\"b\n\u0000Zoë"`},
		{`"bytes"`, sized("\x00\x01\x02"), `"AAEC"`},
		{`{"type":"fixed","name":"f","size":2}`, "\xff\xfe", `"//4="`},
		{`{"type":"fixed","name":"f","size":16,"logicalType":"uuid"}`, "0123456789abcdef", `"30313233-3435-3637-3839-616263646566"`},
		{`{"type":"enum","name":"e","symbols":["A","B"]}`, long(1), `"B"`},
		{decimal, sized("\x01"), "0.001"},
		{decimal, sized("\xff"), "-0.001"},
		{decimal, sized("\x80\x00"), "-32.768"},
		{decimal, sized("\x0d\xe0\xb6\xb3\xa7\x64\x00\x00\x01"), "256000000000000000.001"},
		{decimal, sized(""), "0.000"},
		{`{"type":"bytes","logicalType":"decimal","precision":4}`, sized("\x00\xff"), "255"},
		{`{"type":"fixed","name":"d","size":2,"logicalType":"decimal","precision":4,"scale":2}`, "\x04\xd2", "12.34"},
		{`{"type":"int","logicalType":"date"}`, long(20000), "20000"},
		{`{"type":"long","logicalType":"timestamp-micros"}`, long(1763892902117000), "1763892902117000"},
		{`["null","string",{"type":"array","items":"int"}]`, long(2) + long(1) + long(7) + long(0), "[7]"},
		{`["null","int"]`, long(0), "null"},
		{`{"type":"array","items":"int"}`, long(2) + long(1) + long(2) + long(1) + long(3) + long(0), "[1,2,3]"},
		{`{"type":"array","items":"int"}`, long(-2) + long(2) + long(1) + long(2) + long(0), "[1,2]"},
		{`{"type":"array","items":"int"}`, long(0), "[]"},
		{`{"type":"array","items":"null"}`, long(3) + long(0), "[null,null,null]"},
		{`{"type":"map","values":"int"}`, long(1) + sized("x") + long(1) + long(1) + sized("x") + long(2) + long(0), `{"x":1,"x":2}`},
		{linked, long(1) + long(1) + long(2) + long(0), `{"v":1,"next":{"v":2,"next":null}}`},
		{`{"type":"record","name":"R","namespace":"a.b","fields":[{"name":"x","type":{"type":"enum","name":"c.E","symbols":["S"]}},{"name":"y","type":"c.E"},` +
			`{"name":"z","type":{"type":"record","name":"In","fields":[{"name":"q","type":["null","R"]}]}},{"name":"w","type":"In"},{"name":"odd-name","type":"int"}]}`,
			long(0) + long(0) + long(0) + long(0) + long(5), `{"x":"S","y":"S","z":{"q":null},"w":{"q":null},"odd-name":5}`},
	}
	for _, c := range cases {
		schema, err := parseAvroSchema([]byte(c.schema))
		if err != nil {
			t.Errorf("%s: %v", c.schema, err)
			continue
		}
		got, err := schema.peel([]byte(c.message), 1<<20)
		if err != nil || string(got) != c.want {
			t.Errorf("%s of %q: %s, %v, not %s", c.schema, c.message, got, err, c.want)
		}
	}
}

func TestAvroValuesThatDoNotFit(t *testing.T) {
	arrays := `{"type":"array","items":"null"}`
	nested := `{"type":"record","name":"L","fields":[{"name":"next","type":["null","L"]}]}`
	cases := []struct{ schema, message, want string }{
		{`"long"`, "\x80", "unexpected EOF"},
		{`"long"`, "", "unexpected EOF"},
		{`"long"`, strings.Repeat("\xff", 10) + "\x01", "a number of more than 64 bits"},
		{`"int"`, long(1 << 31), "2147483648, which is no int"},
		{`"int"`, long(1) + "\x00", "it does not take all of the data"},
		{`"boolean"`, "\x02", "2, which is no boolean"},
		{`"float"`, "\x00\x00\x00", "unexpected EOF"},
		{`"double"`, "\x00\x00\x00\x00", "unexpected EOF"},
		{`"string"`, sized("ord\xff9"), "a string that is not UTF-8"},
		{`"string"`, long(-1), "a length of -1"},
		{`"string"`, long(math.MinInt64), "a length of -9223372036854775808"},
		{`"bytes"`, long(math.MaxInt64) + "x", "unexpected EOF"},
		{`{"type":"bytes","logicalType":"decimal","precision":4}`, sized(strings.Repeat("\x01", maxDecimal+1)), "a decimal of 1025 bytes, more than 1024, our limit"},
		{`{"type":"map","values":"int"}`, long(1) + sized("\xff") + long(1) + long(0), "a string that is not UTF-8"},
		{`{"type":"enum","name":"e","symbols":["A"]}`, long(1), "number 1 of 1"},
		{`["null","int"]`, long(-1), "number -1 of 2"},
		{`{"type":"fixed","name":"f","size":1000000000}`, "x", "unexpected EOF"},
		{`{"type":"array","items":"int"}`, long(-2) + long(3) + long(1) + long(2) + long(0), "a block that is not of the size that it says"},
		{`{"type":"array","items":"int"}`, long(-2) + long(-1) + long(1) + long(2) + long(0), "unexpected EOF"},
		{`{"type":"array","items":"int"}`, long(-2) + long(math.MaxInt64) + long(1) + long(2) + long(0), "unexpected EOF"},
		{arrays, long(1<<60) + long(0), errTooLarge.Error()},
		{arrays, long(math.MinInt64) + long(0) + long(0), errTooLarge.Error()},
		{nested, strings.Repeat(long(1), MaxNesting) + long(0), errTooDeep.Error()},
		{`{"type":"record","name":"L","fields":[{"name":"self","type":"L"}]}`, "x", errTooDeep.Error()},
		{`{"type":"record","name":"L","fields":[{"name":"` + strings.Repeat("s", 1<<19) + `","type":"L"}]}`, "x", errTooLarge.Error()},
		{doubling(64), "", errTooLarge.Error()},
	}
	const limit = 1 << 20
	for _, c := range cases {
		schema, err := parseAvroSchema([]byte(c.schema))
		if err != nil {
			t.Errorf("%.80s: %v", c.schema, err)
			continue
		}
		got, err := schema.peel([]byte(c.message), limit)
		if err == nil || err.Error() != c.want || len(got) > limit {
			t.Errorf("%.80s of %.40q: %d bytes, %v, not %s", c.schema, c.message, len(got), err, c.want)
		}
	}
	schema, err := parseAvroSchema([]byte(nested))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := schema.peel([]byte(strings.Repeat(long(1), MaxNesting-1)+long(0)), limit); err != nil {
		t.Errorf("nested as deep as may be: %v", err)
	}
}

// doubling is a schema of no bytes at all, whose value has 2^n nulls.
func doubling(n int) string {
	schema := `"null"`
	for i := range n {
		schema = fmt.Sprintf(`{"type":"record","name":"R%d","fields":[{"name":"a","type":%s},{"name":"b","type":%s}]}`, i, schema, again(i))
	}
	return schema
}

func again(i int) string {
	if i == 0 {
		return `"null"`
	}
	return fmt.Sprintf(`"R%d"`, i-1)
}
