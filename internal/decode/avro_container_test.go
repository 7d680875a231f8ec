package decode

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

const avroMarker = "0123456789abcdef"

// container is a file of the blocks; each is written as it is.
func containerOf(schema, codec string, blocks ...string) string {
	return "Obj\x01" + long(2) + sized("avro.schema") + sized(schema) + sized("avro.codec") + sized(codec) + long(0) + avroMarker + strings.Join(blocks, "")
}

func blockOf(count int64, data string) string { return long(count) + sized(data) + avroMarker }

func flated(t testing.TB, data string) string {
	t.Helper()
	var out bytes.Buffer
	z, err := flate.NewWriter(&out, flate.BestSpeed)
	if err == nil {
		_, err = z.Write([]byte(data))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func snapped(data string) string {
	return string(binary.BigEndian.AppendUint32(snappy.Encode(nil, []byte(data)), crc32.ChecksumIEEE([]byte(data))))
}

func zstded(t testing.TB, data string) string {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(z.EncodeAll([]byte(data), nil))
}

var (
	avroNine  = sized("ord-9") + long(9)
	avroEight = sized("ord-8") + long(8)
)

const (
	jsonNine  = `{"orderId":"ord-9","n":9}`
	jsonEight = `{"orderId":"ord-8","n":8}`
)

func TestAvroContainers(t *testing.T) {
	both, two := avroNine+avroEight, []string{jsonNine, jsonEight}
	cases := []struct {
		name, data string
		layers     []string
		documents  []string
	}{
		{"null", containerOf(avroOrderID, "null", blockOf(2, both)), []string{"avro"}, two},
		{"two blocks, and an empty one between", containerOf(avroOrderID, "null", blockOf(1, avroNine), blockOf(0, ""), blockOf(1, avroEight)), []string{"avro"}, two},
		{"padded", containerOf(avroOrderID, "null", blockOf(2, both)) + "\x00\r\n", []string{"avro"}, two},
		{"deflate", containerOf(avroOrderID, "deflate", blockOf(1, flated(t, avroNine)), blockOf(1, flated(t, avroEight))), []string{"deflate", "avro"}, two},
		{"deflate with the rest of a checksum", containerOf(avroOrderID, "deflate", blockOf(2, flated(t, both)+"abc")), []string{"deflate", "avro"}, two},
		{"snappy", containerOf(avroOrderID, "snappy", blockOf(2, snapped(both))), []string{"snappy", "avro"}, two},
		{"zstandard", containerOf(avroOrderID, "zstandard", blockOf(2, zstded(t, both))), []string{"zstd", "avro"}, two},
		{"numbers", containerOf(`"long"`, "null", blockOf(2, long(1)+long(-2))), []string{"avro"}, []string{"1", "-2"}},
		{"records and nulls", containerOf(`["null",`+avroOrderID+`]`, "null", blockOf(2, long(0)+long(1)+avroNine)), []string{"avro"}, []string{"null", jsonNine}},
		{"no codec named", "Obj\x01" + long(-1) + long(18) + sized("avro.schema") + sized(`"int"`) + long(0) + avroMarker + blockOf(1, long(7)), []string{"avro"}, []string{"7"}},
	}
	for _, c := range cases {
		for wrapping, wrap := range map[string]func(string) string{"": func(s string) string { return s }, "base64": based} {
			got := inWords(Open([]byte(wrap(c.data))))
			want := opened{Layers: append(c.layers, "json"), Documents: c.documents, Innermost: strings.Join(c.documents, "\n"), Count: len(c.layers) + 1}
			if wrapping != "" {
				want.Layers, want.Count = append([]string{wrapping}, want.Layers...), want.Count+1
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s in %q (-want +got):\n%s", c.name, wrapping, diff)
			}
		}
	}
}

func TestAvroContainerWithoutRecordsIsEmptyText(t *testing.T) {
	for _, data := range []string{containerOf(avroOrderID, "null"), containerOf(avroOrderID, "null", blockOf(0, ""))} {
		wantOpened(t, data, opened{Text: true, Layers: []string{"avro"}, Count: 2})
	}
}

func TestDamagedAvroContainersAreBroken(t *testing.T) {
	good := containerOf(avroOrderID, "null", blockOf(1, avroNine))
	cases := []struct{ name, data, want, innermost string }{
		{"marker", strings.TrimSuffix(containerOf(avroOrderID, "null", blockOf(1, avroNine), blockOf(1, avroEight)), "f") + "g", "opening avro: block 2: the marker behind it is not the header's", jsonNine + "\n" + jsonEight},
		{"one record too few", containerOf(avroOrderID, "null", blockOf(2, avroNine)), "opening avro: block 1: unexpected EOF", jsonNine + "\n" + `{"orderId":`},
		{"one too many", containerOf(avroOrderID, "null", blockOf(1, avroNine+avroEight)), "opening avro: block 1: more bytes than its records take", jsonNine},
		{"count below zero", containerOf(avroOrderID, "null", blockOf(-1, "")), "opening avro: block 1: more bytes than its records take", ""},
		{"nulls without end", containerOf(`"null"`+strings.Repeat(" ", 2000), "null", blockOf(1<<60, "")), "opening avro: block 1: " + errTooMany.Error(), strings.Repeat("null\n", MaxDocuments-1) + "null"},
		{"size", containerOf(avroOrderID, "null", long(1)+long(math.MaxInt64)+avroNine), "opening avro: block 1: unexpected EOF", ""},
		{"size below zero", containerOf(avroOrderID, "null", long(1)+long(-5)+avroNine), "opening avro: block 1: a length of -5", ""},
		{"header of entries without end", "Obj\x01" + long(1<<60), "opening avro: unexpected EOF", ""},
		{"no schema", "Obj\x01" + long(0) + avroMarker, "opening avro: parsing its schema: ", ""},
		{"long schema", containerOf(`"int"`+strings.Repeat(" ", maxSchema), "null"), "opening avro: parsing its schema: longer than 1 MiB, our limit", ""},
		{"deep schema", containerOf(strings.Repeat(`[`, 100000), "null"), "opening avro: parsing its schema: " + errTooDeep.Error(), ""},
		{"codec", containerOf(avroOrderID, "xz", blockOf(1, avroNine)), `opening avro: its codec is "xz", which this version cannot open`, ""},
		{"deflate", containerOf(avroOrderID, "deflate", blockOf(1, avroNine)), "opening deflate: block 1: unexpected EOF", ""},
		{"deflate and more", containerOf(avroOrderID, "deflate", blockOf(1, flated(t, avroNine)+"abcde")), "opening deflate: block 1: 5 bytes after its end", ""},
		{"checksum", containerOf(avroOrderID, "snappy", blockOf(1, snapped(avroNine)[:len(snapped(avroNine))-1]+"x")), "opening snappy: block 1: its checksum is not that of what is in it", ""},
		{"short snappy", containerOf(avroOrderID, "snappy", blockOf(1, "abc")), "opening snappy: block 1: unexpected EOF", ""},
	}
	for _, c := range cases {
		got := Open([]byte(c.data))
		if got.State != Broken || !strings.HasPrefix(got.Err.Error(), c.want) {
			t.Errorf("%s: state %d, %v, not %s", c.name, got.State, got.Err, c.want)
		}
		if inner := string(got.Bytes[len(got.Bytes)-1]); c.innermost != "" && inner != c.innermost && !strings.HasPrefix(inner, c.innermost) {
			t.Errorf("%s: %.200q came out, not %.200q", c.name, inner, c.innermost)
		}
	}
	for n := len(containerMagic); n < len(good); n++ {
		if got := Open([]byte(good[:n])); got.State != Broken && n != len(good)-len(blockOf(1, avroNine)) {
			t.Errorf("cut to %d bytes: state %d, %v", n, got.State, got.Err)
		}
	}
}

// A cut compressed container shows what was in the blocks before.
func TestCutAvroContainerShowsWhatCameBefore(t *testing.T) {
	data := containerOf(avroOrderID, "deflate", blockOf(1, flated(t, avroNine)), blockOf(1, flated(t, avroEight)))
	got := Open([]byte(data[:len(data)-20]))
	if got.State != Broken || !bytes.Contains(got.Bytes[len(got.Bytes)-1], []byte(avroNine)) {
		t.Errorf("state %d, %v, %q", got.State, got.Err, got.Bytes)
	}
}

// What bytes hold is base64 in the documents, and itself in the layer before.
func TestTextInBytesOfACompressedContainerIsInALayer(t *testing.T) {
	got := Open([]byte(containerOf(`"bytes"`, "deflate", blockOf(1, flated(t, sized("order ord-9"))))))
	if got.State != Read || !bytes.Contains(got.Bytes[1], []byte("order ord-9")) {
		t.Errorf("state %d, %v, %q", got.State, got.Err, got.Bytes)
	}
}

func TestAvroBombsAreBounded(t *testing.T) {
	zeros := strings.Repeat("\x00", MaxDecoded+1)
	huge := flated(t, zeros)
	half := flated(t, zeros[:MaxDecoded/2+1])
	cases := []struct{ name, data, want string }{
		{"deflate", containerOf(`"bytes"`, "deflate", blockOf(1, huge)), "opening deflate: " + errTooLarge.Error()},
		{"few bytes of deflate", containerOf(`"bytes"`, "deflate", blockOf(1, flated(t, huge)[:20])), "opening deflate: block 1: "},
		{"zstandard", containerOf(`"bytes"`, "zstandard", blockOf(1, zstded(t, zeros))), "opening zstd: "},
		{"snappy that lies", containerOf(`"bytes"`, "snappy", blockOf(1, string(binary.AppendUvarint(nil, 1<<31))+"abcdefgh")), "opening snappy: "},
		{"blocks together", containerOf(`"bytes"`, "deflate", strings.Repeat(blockOf(1, half), 20)), "opening deflate: "},
		{"nulls in arrays", containerOf(`{"type":"array","items":"null"}`, "null", blockOf(1, long(1<<60)+long(0))), "opening avro: "},
	}
	for _, c := range cases {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got := Open([]byte(c.data))
		runtime.ReadMemStats(&after)
		if got.State != Broken || !strings.HasPrefix(got.Err.Error(), c.want) {
			t.Errorf("%s: state %d, %v", c.name, got.State, got.Err)
		}
		if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 8*MaxDecoded>>20 {
			t.Errorf("%s: %d MiB allocated", c.name, mib)
		} else {
			t.Logf("%s: %d MiB for %d bytes: %v", c.name, mib, len(c.data), got.Err)
		}
	}
}

// What is left for a layer may be less than the header.
func TestAvroContainerThatNothingIsLeftFor(t *testing.T) {
	for _, limit := range []int{0, 10, 300} {
		c, err := readContainer([]byte(containerOf(avroOrderID, "deflate", blockOf(1, flated(t, strings.Repeat(avroNine, 100))))))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := c.inflate(limit); !errors.Is(err, errTooLarge) || len(out) > limit {
			t.Errorf("%d bytes of %d: %v", len(out), limit, err)
		}
	}
}
