package wire

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kinspect/internal/record"
)

func init() { Poisoned = true }

// Data of all sizes, whatever the chunks and the window, comes out as it went in, and so
// does data whose slashes or lines are escaped.
func TestDataOfAllSizes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, 2, 3, 44, 1000, chunkFirst - 1, chunkFirst + 1, windowMax/4*3 - 10, windowMax / 4 * 3, windowMax, chunkBytes / chunkShare, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3*chunkBytes + 5} {
		for _, spell := range []func(string) string{
			strings.Clone,
			func(text string) string { return strings.ReplaceAll(text, "/", `\/`) },
			func(text string) string { return text + `\n` },
		} {
			data := make([]byte, size)
			for i := range data {
				data[i] = byte(random.Uint32())
			}
			body := fmt.Appendf(nil, `{"Records":[{"Data":"QUJD"},{"Data":"%s"},{"Data":"REVG"}]}`, spell(base64.StdEncoding.EncodeToString(data)))
			for _, n := range []int{windowMax, 4097} {
				p, err := Read(&pieced{body, n}, GetRecords, shardID, record.Take{})
				if err != nil {
					t.Fatalf("%d bytes: %v", size, err)
				}
				if string(p.Records[0].Data) != "ABC" || !bytes.Equal(p.Records[1].Data, data) || string(p.Records[2].Data) != "DEF" {
					t.Errorf("%d bytes, %d at a time, came out otherwise", size, n)
				}
				p.Release()
			}
		}
	}
}

// What is no Base64 is found wherever it stands, and however long the text is.
func TestDataThatIsNone(t *testing.T) {
	for size := range 120 {
		text := []byte(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), size)))
		for i := range text {
			for _, c := range []byte("-=\n\\\"\x00\xff") {
				changed := bytes.Clone(text)
				changed[i] = c
				want := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
				n, err := base64.StdEncoding.Decode(want, changed)
				got := make([]byte, len(want))
				m, ok := decode(got, changed)
				if sound := err == nil && c != '\n'; ok != sound || ok && !bytes.Equal(got[:m], want[:n]) {
					t.Fatalf("%q: %v, %v", changed, ok, err)
				}
			}
		}
	}
}

// Long data that is none fails wherever it breaks.
func TestLongDataThatIsNone(t *testing.T) {
	long := strings.Repeat("QUJD", windowMax/4)
	for _, text := range []string{long + "QQ==" + long, "QQ==" + long, long + "QQ=", long + "Q", long + "-" + long, long + "\n" + long, long + `QQ==\/`, long + `\u00e9AAA`, long + "QQ==" + `\n` + "QQ=="} {
		compare(t, []byte(`{"Records":[{"Data":"`+text+`"}]}`), GetRecords, windowMax)
		compare(t, []byte(`{"Records":[{"Data":"`+text), GetRecords, windowMax)
	}
}

// What is released is overwritten in tests, so that who keeps a view is found out; texts
// may be kept.
func TestReleasedMemoryIsOverwritten(t *testing.T) {
	for _, size := range []int{10, chunkFirst, chunkBytes / chunkShare, chunkBytes} {
		p, err := Read(bytes.NewReader(answer(3, size)), GetRecords, shardID, record.Take{})
		if err != nil {
			t.Fatal(err)
		}
		records := p.Records
		last, kept := records[2].Clone(), records[2]
		p.Release()
		if bytes.Equal(kept.Data, last.Data) {
			t.Errorf("%d bytes are as they were", size)
		}
		if records[2].SequenceNumber != "" {
			t.Error("the list is as it was")
		}
		if *kept.PartitionKey != "user-000002" || !strings.HasSuffix(string(kept.SequenceNumber), "0002") {
			t.Errorf("key %q, number %s", *kept.PartitionKey, kept.SequenceNumber)
		}
		p.Release() // once more does nothing
	}
}

// Pages hold memory of their own until each is released.
func TestPagesShareNothing(t *testing.T) {
	var pages []*Page
	for i := range 20 {
		body := fmt.Appendf(nil, `{"Records":[{"Data":"%s","PartitionKey":"%d"}]}`, base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{byte(i)}, 1+i*10_000)), i)
		p, err := Read(bytes.NewReader(body), GetRecords, shardID, record.Take{})
		if err != nil {
			t.Fatal(err)
		}
		if pages = append(pages, p); i%3 == 0 {
			pages[i/3].Release()
		}
	}
	for i, p := range pages {
		for _, r := range p.Records {
			if want := bytes.Repeat([]byte{byte(i)}, 1+i*10_000); !bytes.Equal(r.Data, want) || *r.PartitionKey != fmt.Sprint(i) {
				t.Errorf("page %d has other data", i)
			}
		}
		p.Release()
	}
}

// endless is a body that begins once, and then goes on for ever.
type endless struct{ begin, more string }

func (e *endless) Read(p []byte) (int, error) {
	if e.begin != "" {
		n := copy(p, e.begin)
		e.begin = e.begin[n:]
		return n, nil
	}
	n := 0
	for len(p)-n >= len(e.more) {
		n += copy(p[n:], e.more)
	}
	if n == 0 {
		n = copy(p, e.more)
		e.begin = e.more[n:]
	}
	return n, nil
}

// An answer without an end fails, whatever it goes on with.
func TestEndlessAnswers(t *testing.T) {
	defer func(most int64) { textMax = most }(textMax)
	textMax = 2 << 20
	for _, c := range []endless{
		{`{"Records":[{}`, `,{}`}, {`{"Records":[null`, `,null`}, {`{"Records":[{"Data":"`, "QUJD"}, {`{"Records":[{"Data":"`, `\/`},
		{`{"Records":[{"SequenceNumber":"`, "1"}, {`{"Other":"`, "1"}, {`{"Other":"`, `\n`}, {`{"Other":`, `[`}, {`{"Other":`, `{"a":`}, {`{"Other":[1`, `,1`}, {`{"Other":`, `1`},
		{`{"ChildShards":[{}`, `,{}`}, {`{"ChildShards":[{"ParentShards":["a"`, `,"a"`}, {`{"a":1`, `,"a":1`}, {"", " "}, {"{}", " "}, {`{"Records":[]`, `,"Records":[]`},
	} {
		body := c
		if p, err := Read(&body, GetRecords, shardID, record.Take{}); err == nil {
			t.Errorf("%s%s… is a page of %d records", c.begin, c.more, len(p.Records))
		}
	}
}

// What a sieve passes over takes no memory, and counts in the extent and the bytes of the
// page; the rest is as it was, whichever way it is read, behind what was handed out.
func TestWhatIsPassedOverTakesNoMemory(t *testing.T) {
	for _, size := range []int{1, 1000, chunkFirst, chunkBytes, windowMax} {
		const records, repeated = 40, 3
		text := []byte(`{"Records":[`)
		for i := range records {
			data := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{byte(i)}, size))
			text = fmt.Appendf(text, `{"Data":"%s","PartitionKey":"key-%d","SequenceNumber":"%d","ApproximateArrivalTimestamp":%d},`, data, i, 100+i, 1763923200+i*7%records)
		}
		text = append(bytes.TrimSuffix(text, []byte(",")), "]}"...)
		whole, err := Read(bytes.NewReader(text), GetRecords, shardID, record.Take{})
		if err != nil {
			t.Fatal(err)
		}
		if want := record.ExtentOf(whole.Records); whole.Extent != want || whole.Repeated != 0 {
			t.Errorf("%d bytes: %+v, want %+v", size, whole.Extent, want)
		}
		asked, kept := repeated, []record.Record{}
		p, err := Read(bytes.NewReader(text), GetRecords, shardID, record.Take{After: whole.Records[repeated-1].SequenceNumber, Sieve: func(r *record.Record) bool {
			want := whole.Records[asked]
			if !bytes.Equal(r.Data, want.Data) || *r.PartitionKey != *want.PartitionKey || r.SequenceNumber != want.SequenceNumber || !r.ArrivedAt.Equal(want.ArrivedAt) {
				t.Errorf("%d bytes: asked of another record than %d", size, asked)
			}
			if asked++; asked%10 != 0 {
				return true
			}
			kept = append(kept, want)
			return false
		}})
		if err != nil {
			t.Fatal(err)
		}
		if p.Bytes != whole.Bytes || asked != records || p.Repeated != repeated || len(p.Records) != len(kept) {
			t.Errorf("%d bytes of records, asked of %d, %d of them repeated, %d kept", p.Bytes, asked, p.Repeated, len(p.Records))
		}
		if want := record.ExtentOf(whole.Records[repeated:]); p.Extent != want {
			t.Errorf("%d bytes: %+v, want %+v", size, p.Extent, want)
		}
		for i, r := range p.Records {
			if want := kept[i]; !bytes.Equal(r.Data, want.Data) || r.SequenceNumber != want.SequenceNumber || *r.PartitionKey != *want.PartitionKey {
				t.Errorf("%d bytes: %s stands where %s was kept", size, r.SequenceNumber, want.SequenceNumber)
			}
		}
		if held := len(p.memory.chunks) * chunkBytes; held > records/10*max(size, chunkBytes/chunkShare)+chunkBytes {
			t.Errorf("%d bytes: it holds %d", size, held)
		}
		whole.Release()
		p.Release()
	}
}
