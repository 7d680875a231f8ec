//go:build unix

package stream

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"

	"kinspect/internal/record"
	"kinspect/internal/wire"
)

// stored answers every call with a page that stands ready.
type stored []byte

func (s stored) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, ContentLength: int64(len(s)), Body: io.NopCloser(bytes.NewReader(s)),
		Header: http.Header{"Date": {dateOf(noon)}},
	}, nil
}

// pageOf spells a page of so many records as AWS does, in the order of its API reference.
func pageOf(records, bytesEach int) stored {
	random := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, bytesEach)
	body := []byte(`{"MillisBehindLatest":0,"NextShardIterator":"AAAAAAAAAAE","Records":[`)
	for i := range records {
		for j := range data {
			data[j] = byte(random.Uint32())
		}
		body = fmt.Appendf(body, `{"ApproximateArrivalTimestamp":1.763923200%03dE9,"Data":"%s","PartitionKey":"user-%06d","SequenceNumber":"4967850493430197694450368064558535522835631234%010d"},`,
			i%1000, base64.StdEncoding.EncodeToString(data), i, i)
	}
	return append(bytes.TrimSuffix(body, []byte(",")), "]}"...)
}

// BenchmarkDecode is what it takes to get a page from memory to its records: by our
// client, by the SDK's, and at the least, which is to read it to its end. cpu-MB/s is data
// per second of one core, whatever else the machine does.
func BenchmarkDecode(b *testing.B) {
	wire.Poisoned = false
	defer func() { wire.Poisoned = true }()
	for _, page := range []struct {
		name           string
		records, bytes int
	}{{"10000x1KB", 10_000, 1000}, {"5000x200B", 5000, 200}, {"100x100KB", 100, 100_000}} {
		body := pageOf(page.records, page.bytes)
		cfg := aws.Config{Region: "eu-west-1", HTTPClient: body, Credentials: someCredentials, BaseEndpoint: aws.String("http://test")}
		ours, sdk := New(cfg, "orders", RealTime{}), kinesis.NewFromConfig(cfg)
		buffer := make([]byte, 256<<10)
		for _, impl := range []struct {
			name string
			read func() (records int, err error)
		}{
			{"kinspect", func() (int, error) {
				got, err := ours.Records(b.Context(), "shardId-000000000000", "A", 0, nil, record.Take{})
				defer got.Release()
				return len(got.Records), err
			}},
			{"sdk", func() (int, error) {
				got, err := sdk.GetRecords(b.Context(), &kinesis.GetRecordsInput{ShardIterator: aws.String("A")})
				return len(got.Records), err
			}},
			{"bound", func() (int, error) {
				_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{bytes.NewReader(body)}, buffer)
				return page.records, err
			}},
		} {
			b.Run("page="+page.name+"/impl="+impl.name, func(b *testing.B) {
				b.SetBytes(int64(page.records * page.bytes))
				b.ReportAllocs()
				began := cpu()
				for b.Loop() {
					if n, err := impl.read(); err != nil || n != page.records {
						b.Fatalf("%d records, %v", n, err)
					}
				}
				b.ReportMetric(float64(b.N*page.records*page.bytes)/1e6/(cpu()-began).Seconds(), "cpu-MB/s")
			})
		}
	}
}

// cpu is what this process has taken of it.
func cpu() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
