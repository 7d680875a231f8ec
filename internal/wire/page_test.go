package wire

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"kinspect/internal/record"
)

// odd are answers, or what else comes in their place. Each is read in pieces too.
var odd = []string{
	``, ` `, `null`, `[]`, `"x"`, `1`, `{`, `{}`, `{} trailing }`, `{}{}`, `{"Records":[]`, `{"Records":[]}`, `{"Records":null}`,
	`{"Records":{}}`, `{"Records":[null]}`, `{"Records":[{}]}`, `{"Records":[{},]}`, `{"Records":[,{}]}`, `{"Records":[{}:]}`, `{"Records":[{}:,{}]}`,
	`{"Records":[{} {}]}`, `{"Records":[[]]}`, `{"Records":[1]}`, `{,}`, `{"Records":[],}`, `{"Records" []}`, `{Records:[]}`, `{"Records":[]]`,
	`{"Records":[{"Data":"QUJD","PartitionKey":"k","SequenceNumber":"1","ApproximateArrivalTimestamp":1.763923200123E9}],"MillisBehindLatest":0,"NextShardIterator":"AAA"}`,
	"\n{ \"NextShardIterator\" :\t\"AAA\" , \"MillisBehindLatest\":12 , \"Records\" : [ { \"SequenceNumber\":\"1\" , \"EncryptionType\" : \"KMS\" } ] }\r\n",
	`{"Records":[{"SequenceNumber":"1"}],"Records":[{"SequenceNumber":"2"},{"Data":"QUJD"}]}`, // the last one counts
	`{"Records":[{"SequenceNumber":"1"}],"Records":null}`,
	`{"Records":[{"Data":"QUJD","Data":"REVG","PartitionKey":"a","PartitionKey":"b"}]}`,
	`{"Records":[{"Data":"QUJD","Data":null,"PartitionKey":"a","PartitionKey":null,"SequenceNumber":null,"ApproximateArrivalTimestamp":null,"EncryptionType":null}]}`,
	`{"Records":[{"Data":"","PartitionKey":"","SequenceNumber":""}]}`,
	`{"records":[{"SequenceNumber":"1"}]}`, `{"\u0052ecords":[{"Da\u0074a":"QUJD"}]}`, `{"Rec\/ords":[]}`,
	`{"Unknown":{"a":[1,-2.5e+3,true,false,null,"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00",{},[],[[]],{"b":{"c":1}}]},"Records":[{"New":[{"Data":"x"}],"Data":"QUJD"}]}`,
	`{"Unknown":[1 2]}`, `{"Unknown":[1,]}`, `{"Unknown":{"a"}}`, `{"Unknown":{"a":1,}}`, `{"Unknown":{1:1}}`, `{"Unknown":[}`, `{"Unknown":{]`, `{"Unknown":tru}`, `{"Unknown":nul}`,
	`{"Unknown":"\x"}`, `{"Unknown":"\u12"}`, `{"Unknown":"\u+123"}`, `{"Unknown":"\u12_4"}`, `{"Unknown":"` + "\x01" + `"}`, `{"Unknown":"` + "\xff" + `"}`, `{"Unknown":"\`, `{"Unknown":"\u00`,
	`{"MillisBehindLatest":-1}`, `{"MillisBehindLatest":1.0}`, `{"MillisBehindLatest":1e3}`, `{"MillisBehindLatest":"1"}`, `{"MillisBehindLatest":9223372036854775807}`,
	`{"MillisBehindLatest":9223372036854775808}`, `{"MillisBehindLatest":-0}`, `{"MillisBehindLatest":00}`, `{"MillisBehindLatest":-}`, `{"MillisBehindLatest":true}`, `{"MillisBehindLatest":1`, `{"MillisBehindLatest":1x}`,
	`{"NextShardIterator":5}`, `{"NextShardIterator":"a\/b"}`, `{"NextShardIterator":"` + "\xff" + `"}`, `{"NextShardIterator":"\n` + "\xff" + `"}`, `{"NextShardIterator":"\ud800"}`, `{"NextShardIterator":{}}`,
	`{"ContinuationSequenceNumber":5}`, `{"ContinuationSequenceNumber":"5"}`,
	`{"Records":[{"SequenceNumber":5}]}`, `{"Records":[{"PartitionKey":"schlüssel"}]}`, `{"Records":[{"PartitionKey":"schl\u00fcssel\ud83d\ude00"}]}`, `{"Records":[{"PartitionKey":"\"}]}`,
	`{"Records":[{"Data":5}]}`, `{"Records":[{"Data":"QUJ"}]}`, `{"Records":[{"Data":"QQ=="}]}`, `{"Records":[{"Data":"QR=="}]}`, `{"Records":[{"Data":"QQ="}]}`, `{"Records":[{"Data":"QQ"}]}`, `{"Records":[{"Data":"Q==="}]}`,
	`{"Records":[{"Data":"QQ==QUJD"}]}`, `{"Records":[{"Data":"QQ=\n="}]}`, `{"Records":[{"Data":"QU\nJD\r\nRE\u000aVG"}]}`, `{"Records":[{"Data":"QUJD\n"}]}`, `{"Records":[{"Data":"QQ==\r\n"}]}`, `{"Records":[{"Data":"QU` + "\n" + `JD"}]}`,
	`{"Records":[{"Data":"\/\/\/\/"}]}`, `{"Records":[{"Data":"\u0051UJD"}]}`, `{"Records":[{"Data":"QUJ\""}]}`, `{"Records":[{"Data":"QUJ-"}]}`, `{"Records":[{"Data":"\ud83d\ude00AA"}]}`, `{"Records":[{"Data":"=QQQ"}]}`, `{"Records":[{"Data":"===="}]}`,
	`{"ChildShards":[{"ShardId":"s","ParentShards":["a","b"],"HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"1"}}]}`,
	`{"ChildShards":[null,{"ParentShards":[null,"b"],"HashKeyRange":null},{"HashKeyRange":{}},{"HashKeyRange":{"StartingHashKey":null,"Other":1}}]}`,
	`{"ChildShards":[{"ParentShards":"a"}]}`, `{"ChildShards":[{"HashKeyRange":[]}]}`, `{"ChildShards":[{"HashKeyRange":{"StartingHashKey":1}}]}`, `{"ChildShards":[{"ShardId":"a","ShardId":"b","HashKeyRange":{"StartingHashKey":"0"},"HashKeyRange":{"EndingHashKey":"1"}}]}`,
}

// Arrival times as they may be spelled; the SDK reads a float and cuts its milliseconds.
var times = []string{
	"1763923200", "1763923200.123", "1.763923200123E9", "1.763923200123e+9", "1763923200123e-3", "1763923200.1230000", "1763923200.1239", "1763923200.9999999",
	"1.7639232E9", "176392320012.3E-2", "0", "-1.5", "1e400", "1e300", "-1e300", "1e-400", "999999999.999", "1100000000.001", "2147483646.999", "2147483647.001", "2199023255.552",
	"4102444800.123", "1763923200123", "123456789012345678901234567890", "0.1763923200123E10", "01", "1.", ".5", "1e", "1E+", "--1", "+1", `"2026-01-01T00:00:00Z"`, `"1763923200"`, "true", "{}", "[]",
}

func TestOddAnswers(t *testing.T) {
	answers := odd
	for _, at := range times {
		answers = append(answers, fmt.Sprintf(`{"Records":[{"ApproximateArrivalTimestamp":%s}]}`, at))
	}
	for _, body := range answers {
		for _, shape := range []Shape{GetRecords, Event} {
			for _, n := range []int{1, 3, windowMax} {
				compare(t, []byte(body), shape, n)
			}
		}
	}
}

// A whole answer is cut at each byte: none of the stumps is a page.
func TestCutAnswers(t *testing.T) {
	whole := `{"Records":[{"Data":"QUJD","PartitionKey":"k\u00e9","SequenceNumber":"1","ApproximateArrivalTimestamp":1.7E9,"EncryptionType":"NONE"}],"Other":[{"a":"\n"}],"MillisBehindLatest":10,"NextShardIterator":"AAA","ChildShards":[{"ShardId":"s","ParentShards":["p"]}]}`
	for i := 1; i < len(whole); i++ {
		compare(t, []byte(whole[:i]), GetRecords, windowMax)
		if p, err := Read(strings.NewReader(whole[:i]), GetRecords, shardID, record.Take{}); err == nil {
			t.Errorf("%q is a page of %d records", whole[:i], len(p.Records))
		}
	}
}

// Every millisecond of arrival is read as the SDK reads it.
func TestMilliseconds(t *testing.T) {
	for ms := int64(exactMin - 50_000); ms < exactMax+50_000; ms += 999_999_937 {
		for _, body := range []string{
			fmt.Sprintf(`{"Records":[{"ApproximateArrivalTimestamp":%d.%03d}]}`, ms/1000, ms%1000),
			fmt.Sprintf(`{"Records":[{"ApproximateArrivalTimestamp":%d.%03d%05d}]}`, ms/1000, ms%1000, ms%77777),
			fmt.Sprintf(`{"Records":[{"ApproximateArrivalTimestamp":%d.%012dE9}]}`, ms/1e12, ms%1e12),
		} {
			compare(t, []byte(body), GetRecords, windowMax)
		}
	}
}

func TestDeep(t *testing.T) {
	for _, depth := range []int{depthMax - 1, depthMax, 200_000} {
		for _, c := range []struct{ begin, end string }{{"[", "]"}, {`{"a":`, "}"}} {
			body := `{"Other":` + strings.Repeat(c.begin, depth) + "1" + strings.Repeat(c.end, depth) + "}"
			compare(t, []byte(body), GetRecords, windowMax)
		}
	}
}

// FuzzPage: whatever comes, both decoders refuse it, or both read the same.
func FuzzPage(f *testing.F) {
	for i, body := range odd {
		f.Add([]byte(body), i%2 == 0, uint16(i))
	}
	for _, at := range times {
		f.Add([]byte(`{"Records":[{"ApproximateArrivalTimestamp":`+at+`}]}`), true, uint16(7))
	}
	f.Fuzz(func(t *testing.T, body []byte, event bool, n uint16) {
		shape := GetRecords
		if event {
			shape = Event
		}
		compare(t, body, shape, 1+int(n))
	})
}

// answer is a page of so many records, as AWS spells one.
func answer(records, bytesEach int) []byte {
	data := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), bytesEach))
	body := []byte(`{"MillisBehindLatest":0,"NextShardIterator":"A","Records":[`)
	for i := range records {
		body = fmt.Appendf(body, `{"ApproximateArrivalTimestamp":1.763923200%03dE9,"Data":"%s","PartitionKey":"user-%06d","SequenceNumber":"4967850493430197694450368064558535522835631234%010d"},`, i%1000, data, i, i)
	}
	return append(bytes.TrimSuffix(body, []byte(",")), "]}"...)
}
