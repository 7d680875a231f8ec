package local

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kinspect/internal/kpl"
	"kinspect/internal/record"
)

func capture(t *testing.T, lines ...string) *endpoint {
	t.Helper()
	clock := &handClock{noon}
	s, err := Capture(clock, "orders", strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return &endpoint{t, s, clock}
}

// line is an envelope; more stands in it beside the shard, the number and the
// arrival, which is that many seconds before noon.
func line(shard, number string, ago int, more string) string {
	return fmt.Sprintf(`{"shardId":%q,"sequenceNumber":%q,"approximateArrivalTimestamp":%q,%s}`,
		shard, number, noon.Add(-time.Duration(ago)*time.Second).Format("2006-01-02T15:04:05.000Z"), more)
}

func TestCaptureKeepsRecordsAsTheyWere(t *testing.T) {
	e := capture(t,
		line(shard1, "49680500234504592614612726462051090354470817437436608514", 7200, `"partitionKey":"k","encryptionType":"KMS","data":"x"`),
		line("orders-a", "21", 60, `"dataBase64":"AP8="`),
		line("orders-a", "3", 120, `"partitionKey":"ключ","data":"y"`),
		"")
	if got := e.shards(object{"StreamName": "orders"}); got != "orders-a 1" {
		t.Errorf("shards %s", got)
	}
	for shard, want := range map[string]string{
		shard1: `[{"ApproximateArrivalTimestamp":1795428000.250,"Data":"eA==","EncryptionType":"KMS","PartitionKey":"k",` +
			`"SequenceNumber":"49680500234504592614612726462051090354470817437436608514"}]}`,
		"orders-a": `[{"ApproximateArrivalTimestamp":1795435080.250,"Data":"eQ==","PartitionKey":"ключ","SequenceNumber":"3"},` +
			`{"ApproximateArrivalTimestamp":1795435140.250,"Data":"AP8=","SequenceNumber":"21"}]}`,
	} {
		it := e.iterator("orders", shard, "TRIM_HORIZON", nil)
		got := e.ask("GetRecords", asJSON(object{"ShardIterator": it})).Body.String()
		if !strings.HasSuffix(got, want) {
			t.Errorf("%s holds %s, want %s", shard, got, want)
		}
	}
	for _, test := range []struct {
		kind string
		more object
		want string
	}{
		{"AFTER_SEQUENCE_NUMBER", object{"StartingSequenceNumber": "3"}, "\x00\xff"},
		{"AT_SEQUENCE_NUMBER", object{"StartingSequenceNumber": "20"}, "\x00\xff"},
		{"AT_TIMESTAMP", object{"Timestamp": noon.Unix() - 100}, "\x00\xff"},
		{"LATEST", nil, ""},
	} {
		if got := e.first("orders", "orders-a", test.kind, test.more).data(); got != test.want {
			t.Errorf("%s: %q, want %q", test.kind, got, test.want)
		}
	}
}

func TestCaptureData(t *testing.T) {
	for more, want := range map[string]string{
		`"data":"a \"text\"\n"`: "a \"text\"\n",
		`"data":"{}"`:           "{}",
		`"data":{"b":1.50, "a":"\u0041"},"decoded":["json"]`: `{"b":1.50, "a":"\u0041"}`,
		`"data":"a","decoded":["gzip","json"]`:               `"a"`,
		`"data":"a","decoded":["gzip"]`:                      "a",
		`"data":[1],"decoded":["gzip"]`:                      "[1]", // of --jq
		`"dataBase64":"AP8="`:                                "\x00\xff",
		`"partitionKey":"k"`:                                 "",
	} {
		e := capture(t, line(shard0, "7", 1, more))
		if got := e.first("orders", shard0, "TRIM_HORIZON", nil).data(); got != want {
			t.Errorf("%s is %q, want %q", more, got, want)
		}
	}
}

// The documents of one record and the user records of one aggregate come back
// as one record.
func TestCaptureJoinsWhatIsOneRecord(t *testing.T) {
	const json = `,"decoded":["json"]`
	e := capture(t,
		line(shard0, "7", 2, `"data":{"a":1}`+json),
		line(shard0, "7", 2, `"data":{"b":2}`+json),
		line(shard0, "9", 1, `"subSequenceNumber":4,"partitionKey":"k4","data":{"e":5}`+json),
		line(shard0, "9", 1, `"subSequenceNumber":2,"partitionKey":"k2","data":{"c":3}`+json),
		line(shard0, "9", 1, `"subSequenceNumber":2,"partitionKey":"k2","data":{"d":4}`+json),
		line(shard0, "7", 2, `"data":{"a":1}`+json), // again, of a capture that overlaps
	)
	p := e.first("orders", shard0, "TRIM_HORIZON", nil)
	if len(p.Records) != 2 || string(p.Records[0].Data) != "{\"a\":1}\n{\"b\":2}" {
		t.Fatalf("records %q", p.data())
	}
	key := p.Records[1].PartitionKey
	users, err := kpl.Deaggregate(record.Record{PartitionKey: &key, Data: p.Records[1].Data})
	if err != nil || len(users) != 2 || key != "a" {
		t.Fatalf("key %q, user records %v, %v", key, users, err)
	}
	for i, want := range []string{"k2 {\"c\":3}\n{\"d\":4}", "k4 {\"e\":5}"} {
		if got := *users[i].UserKey + " " + string(users[i].UserData); got != want || !users[i].Aggregated {
			t.Errorf("user record %d is %q, want %q", i, got, want)
		}
	}
}

// All of the sample, written raw and read back, is what it was.
func TestCaptureRoundTrip(t *testing.T) {
	s, err := Sample(&handClock{noon})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	count := 0
	for _, d := range s.streams[SampleStream].shards {
		for _, r := range d.records {
			text, err := json.Marshal(record.Envelope{
				Meta: record.Meta{
					ShardID: d.id, SequenceNumber: record.SequenceNumber(r.sequence), PartitionKey: &r.key,
					ApproximateArrivalTimestamp: record.Timestamp{Time: time.UnixMilli(r.arrived)},
				},
				DataBase64: r.data,
			})
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, string(text))
			count++
		}
	}
	e := capture(t, lines...)
	for i, d := range s.streams[SampleStream].shards {
		back := e.streams["orders"].shards[i]
		if back.id != d.id || back.starting != d.starting || len(back.records) != len(d.records) {
			t.Fatalf("shard %s came back as %s with %d records of %d", d.id, back.id, len(back.records), len(d.records))
		}
		for j, r := range d.records {
			got := back.records[j]
			if got.sequence != r.sequence || got.key != r.key || string(got.data) != string(r.data) || got.arrived != r.arrived {
				t.Errorf("%s came back as %+v", r.sequence, got)
			}
			count--
		}
	}
	if count != 0 {
		t.Errorf("%d records are missing", count)
	}
}

// Records of long ago are not trimmed, and the stream is as old as they are.
func TestCaptureOfLongAgo(t *testing.T) {
	const year = 365 * 24 * 3600
	e := capture(t, line(shard0, "7", 2*year, `"data":"x"`))
	e.clock.advance(24 * time.Hour)
	if got := e.first("orders", shard0, "AT_TIMESTAMP", object{"Timestamp": 0}).data(); got != "x" {
		t.Errorf("records %q", got)
	}
	summary := e.must("DescribeStreamSummary", object{"StreamName": "orders"})["StreamDescriptionSummary"].(object)
	if got := summary["StreamCreationTimestamp"].(float64); got > float64(noon.Unix()-2*year)+1 {
		t.Errorf("created at %v", got)
	}
}

// What is put into a captured shard comes after what it holds.
func TestPutAfterACapture(t *testing.T) {
	old := sequence{created: noon.Unix() - 99, counter: 1 << 40, at: noon.Unix(), shard: 31}.String()
	e := capture(t, line("shardId-000000000031", old, 1, `"data":"x"`))
	e.put("orders", "0", []byte("y"))
	if got := e.first("orders", "shardId-000000000031", "AFTER_SEQUENCE_NUMBER", object{"StartingSequenceNumber": old}).data(); got != "y" {
		t.Errorf("after the captured record: %q", got)
	}
}

func TestEmptyCapture(t *testing.T) {
	e := capture(t)
	if got := e.shards(object{"StreamName": "orders"}); got != "0" {
		t.Errorf("shards %s", got)
	}
	if got := e.first("orders", shard0, "TRIM_HORIZON", nil).data(); got != "" {
		t.Errorf("records %q", got)
	}
}

func TestMalformedCaptures(t *testing.T) {
	good := line(shard0, "7", 1, `"data":"x"`)
	const at = `"approximateArrivalTimestamp":"2026-11-23T10:00:00.000Z"`
	for text, want := range map[string]string{
		good + "\nhello":  "line 2: invalid character 'h' looking for beginning of value",
		good + "\n\n{":    "line 3: unexpected end of JSON input",
		"{" + at + "}":    `line 1: shardId "" is none`,
		`{"shardId":"a"}`: `line 1: sequenceNumber "" is none`,
		`{"shardId":"a","sequenceNumber":"07",` + at + `}`:                       `line 1: sequenceNumber "07" is none`,
		`{"shardId":"a","sequenceNumber":"7"}`:                                   "line 1: approximateArrivalTimestamp is missing, or before 1970",
		`{"shardId":"a","sequenceNumber":"7",` + at + `,"subSequenceNumber":-1}`: "line 1: subSequenceNumber -1 is negative",
	} {
		_, err := Capture(&handClock{noon}, "orders", strings.NewReader(text))
		if err == nil || err.Error() != want {
			t.Errorf("%.100s: %v, want %s", text, err, want)
		}
	}
}

func TestCaptureLineLimit(t *testing.T) {
	text := line(shard0, "7", 1, `"data":"x"`)
	if _, err := readCapture(strings.NewReader(text), len(text)+1); err != nil {
		t.Error(err)
	}
	_, err := readCapture(strings.NewReader("\n"+text), len(text))
	if want := fmt.Sprintf("line 2 is longer than %d bytes", len(text)-1); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestCaptureUnderABadName(t *testing.T) {
	if _, err := Capture(&handClock{noon}, "bad name", strings.NewReader("")); err == nil {
		t.Error("no error")
	}
	e := capture(t)
	if err := e.Load("orders", strings.NewReader("")); err == nil {
		t.Error("loaded twice")
	}
}
