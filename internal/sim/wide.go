package sim

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kinspect/internal/local"
)

// Wide is an endpoint with one stream, too large to be kept: its shards share the
// key space evenly, and their records are made as they are read, from their places
// alone. It knows the four calls of a reader, from the trim horizon.
type Wide struct {
	Clock *local.JumpClock
	// Shards are up to 10,000, Records in each of them, RecordBytes in each of those.
	Shards, Records, RecordBytes int
	// Last stands in the last record of the last shard.
	Last string
}

// A wide stream is three hours old when a world begins. Its shards got their records
// in two of them, evenly.
var (
	wideCreated = Began.Add(-3 * time.Hour)
	wideFirst   = wideCreated.Add(time.Minute)
)

const wideFilled = 2 * time.Hour

func (w *Wide) arrived(i int) time.Time {
	return wideFirst.Add(wideFilled / time.Duration(w.Records) * time.Duration(i))
}

// ServeHTTP answers DescribeStreamSummary, ListShards, GetShardIterator and
// GetRecords.
func (w *Wide) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Date", w.Clock.Now().UTC().Format(http.TimeFormat))
	var in struct{ NextToken, ShardID, ShardIteratorType, StartingSequenceNumber, ShardIterator string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	switch operation := operationOf(r); {
	case operation == "DescribeStreamSummary":
		_ = json.NewEncoder(rw).Encode(w.summary())
	case operation == "ListShards":
		_ = json.NewEncoder(rw).Encode(w.list(in.NextToken))
	case operation == "GetShardIterator" && in.ShardIteratorType == "TRIM_HORIZON":
		_ = json.NewEncoder(rw).Encode(Message{"ShardIterator": iterator(indexOf(in.ShardID), 0)})
	case operation == "GetRecords":
		w.page(rw, in.ShardIterator)
	default:
		rw.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(rw).Encode(Message{"__type": "InvalidArgumentException", "message": operation + " " + in.ShardIteratorType})
	}
}

func (w *Wide) summary() Message {
	return Message{"StreamDescriptionSummary": Message{
		"StreamName": Stream, "StreamARN": "arn:aws:kinesis:us-east-1:123456789012:stream/" + Stream, "StreamStatus": "ACTIVE",
		"StreamCreationTimestamp": wideCreated.Unix(), "RetentionPeriodHours": 24, "OpenShardCount": w.Shards,
	}}
}

// listMax is how many shards one answer lists.
const listMax = 1000

func (w *Wide) list(token string) Message {
	from, _ := strconv.Atoi(token)
	var shards []Message
	for i := from; i < min(w.Shards, from+listMax); i++ {
		shards = append(shards, Message{
			"ShardId": ID(i), "SequenceNumberRange": Message{"StartingSequenceNumber": w.sequence(i, -1).String()},
			"HashKeyRange": Message{"StartingHashKey": w.hashKey(i), "EndingHashKey": before(w.hashKey(i + 1))},
		})
	}
	out := Message{"Shards": shards}
	if next := from + listMax; next < w.Shards {
		out["NextToken"] = strconv.Itoa(next)
	}
	return out
}

// hashKey is where the shard begins.
func (w *Wide) hashKey(i int) string {
	n := new(big.Int).Lsh(big.NewInt(int64(i)), 128)
	return n.Div(n, big.NewInt(int64(w.Shards))).String()
}

func before(number string) string {
	n, _ := new(big.Int).SetString(number, 10)
	return n.Sub(n, big.NewInt(1)).String()
}

// sequence is the number of a shard's record in AWS' second layout, or of the shard
// itself where that is -1.
func (w *Wide) sequence(shard, i int) *big.Int {
	n := big.NewInt(2)
	for _, field := range []struct {
		value int64
		bits  uint
	}{{wideCreated.Unix(), 36}, {int64(shard & 0xf), 4}, {int64(i + 1), 64}, {w.arrived(i).Unix(), 8 + 36}, {int64(shard), 32}, {2, 4}} {
		n.Or(n.Lsh(n, field.bits), big.NewInt(field.value))
	}
	return n
}

func indexOf(shardID string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(shardID, "shardId-"))
	return n
}

func iterator(shard, i int) string { return fmt.Sprintf("%d:%d", shard, i) }

// Quotas of one GetRecords.
const (
	pageRecordsMax = 10_000
	pageBytesMax   = 10 << 20
)

// page answers at an iterator, with as many records as one may have, which are made as
// they are taken in. Each is spelled in as many letters.
func (w *Wide) page(rw http.ResponseWriter, at string) {
	var shard, from int
	_, _ = fmt.Sscanf(at, "%d:%d", &shard, &from)
	until := min(w.Records, from+pageRecordsMax, from+pageBytesMax/w.RecordBytes)
	behind := wideFilled / time.Duration(w.Records) * time.Duration(w.Records-until)
	begin := fmt.Sprintf(`{"NextShardIterator":%q,"MillisBehindLatest":%d,"Records":[`, iterator(shard, until), behind.Milliseconds())
	const end = `]}`
	tail, text := w.tail(), []byte(nil)
	size := len(begin) + len(end) + (until-from)*(len(w.record(nil, shard, from, tail))+1) - min(1, until-from)
	rw.Header().Set("Content-Length", strconv.Itoa(size))
	rw.(http.Flusher).Flush()
	out := bufio.NewWriterSize(rw, 64<<10)
	_, _ = out.WriteString(begin)
	for i := from; i < until; i++ {
		if text = text[:0]; i > from {
			text = append(text, ',')
		}
		text = w.record(text, shard, i, tail)
		_, _ = out.Write(text)
	}
	_, _ = out.WriteString(end)
	_ = out.Flush()
}

// record appends a shard's record.
func (w *Wide) record(text []byte, shard, i int, tail []byte) []byte {
	text = append(text, `{"SequenceNumber":"`...)
	text = w.sequence(shard, i).Append(text, 10)
	text = append(text, `","ApproximateArrivalTimestamp":`...)
	text = strconv.AppendFloat(text, float64(w.arrived(i).UnixMilli())/1000, 'f', 3, 64)
	text = append(text, `,"PartitionKey":"key","Data":"`...)
	text = base64.StdEncoding.AppendEncode(text, w.head(shard, i))
	return append(append(text, tail...), `"}`...)
}

// A record is a JSON document of RecordBytes with its key. Its head has so many
// bytes, of which base64 makes whole letters, and its tail is always the same.
const wideHead = 48

func (w *Wide) head(shard, i int) []byte {
	id := fmt.Sprintf("ord-%d-%d", shard, i)
	if shard == w.Shards-1 && i == w.Records-1 {
		id = w.Last
	}
	return fmt.Appendf(nil, "%-*s", wideHead, `{"orderId":"`+id+`",`)
}

func (w *Wide) tail() []byte {
	around := wideHead + len(`"note":""}`) + len("key")
	tail := `"note":"` + strings.Repeat("x", max(0, w.RecordBytes-around)) + `"}`
	return base64.StdEncoding.AppendEncode(nil, []byte(tail))
}
