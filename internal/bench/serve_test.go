//go:build unix

package bench

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	rnd "math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Stored is a stream, the same pages in each of its shards.
type Stored struct {
	Shards, Pages int
	Records       int // of a page
	Bytes         int // of a record's data
}

func stored() (s Stored) {
	if err := json.Unmarshal([]byte(os.Getenv("KINSPECT_STORED")), &s); err != nil {
		panic(err)
	}
	return s
}

func (s Stored) records() int64 { return int64(s.Shards) * int64(s.Pages) * int64(s.Records) }
func (s Stored) bytes() int64   { return s.records() * int64(s.Bytes) }

// needle is the ID of one record, the last of each shard.
const needle = "0badcafe-5eed-4bad-8bad-c0ffee0ddba1"

// event is the data of a record: what a shop might put.
func event(r *rnd.Rand, id string, size int) []byte {
	text := fmt.Appendf(nil, `{"id":"%s","type":"OrderPlaced","at":"2026-11-23T10:%02d:%02d.%03dZ","user_id":%d,"detail":{"items":[{"sku":"SKU-%08x","quantity":%d}],"note":"`,
		id, r.IntN(60), r.IntN(60), r.IntN(1000), r.Int64N(1<<40), r.Uint32(), 1+r.IntN(9))
	for len(text) < size-4 {
		text = append(text, "abcdefghijklmnopqrstuvwxyz     "[r.IntN(31)])
	}
	return append(text[:max(len(text), size-4)], `"}}`+"\n"...)
}

// page is an answer to GetRecords, but for its end.
func (s Stored) page(n int, arrived time.Time) []byte {
	r := rnd.New(rnd.NewPCG(uint64(n), 0))
	text := []byte(`{"Records":[`)
	for i := range s.Records {
		id := fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<12), r.IntN(1<<12), r.Uint64N(1<<48))
		if n == s.Pages-1 && i == s.Records-1 {
			id = needle
		}
		if i > 0 {
			text = append(text, ',')
		}
		text = fmt.Appendf(text, `{"SequenceNumber":"%s","ApproximateArrivalTimestamp":%.12fE9,"Data":"`, sequenceNumber(arrived, n*s.Records+i), float64(arrived.UnixMilli())/1e12)
		text = base64.StdEncoding.AppendEncode(text, event(r, id, s.Bytes))
		text = fmt.Appendf(text, `","PartitionKey":"%012x"}`, r.Uint64N(1<<48))
	}
	return append(text, ']')
}

// sequenceNumber has AWS' layout.
func sequenceNumber(at time.Time, n int) string {
	all := new(big.Int).Lsh(big.NewInt(2), 184)
	for _, field := range []struct {
		value int64
		low   uint
	}{{at.Unix() - 3600, 148}, {int64(n), 72}, {at.Unix(), 36}, {2, 0}} {
		all.Or(all, new(big.Int).Lsh(big.NewInt(field.value), field.low))
	}
	return all.String()
}

// server answers for a stream that nobody writes to any more.
type server struct {
	Stored
	created time.Time
	pages   [][]byte
	calls   atomic.Int64
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/calls" {
		fmt.Fprint(w, s.calls.Load())
		return
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var in struct{ ShardId, ShardIterator string }
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &in)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	switch operation {
	case "DescribeStreamSummary":
		fmt.Fprintf(w, `{"StreamDescriptionSummary":{"StreamName":"orders","StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/orders","StreamStatus":"ACTIVE","RetentionPeriodHours":24,"StreamCreationTimestamp":%d,"EnhancedMonitoring":[],"OpenShardCount":%d,"StreamModeDetails":{"StreamMode":"PROVISIONED"}}}`, s.created.Unix(), s.Shards)
	case "ListShards":
		s.list(w)
	case "GetShardIterator":
		fmt.Fprintf(w, `{"ShardIterator":"%s/0"}`, in.ShardId)
	case "GetRecords":
		s.calls.Add(1)
		s.records(w, in.ShardIterator)
	default:
		http.Error(w, `{"__type":"UnknownOperationException"}`, http.StatusBadRequest)
	}
}

func (s *server) list(w io.Writer) {
	width := new(big.Int).Div(new(big.Int).Lsh(big.NewInt(1), 128), big.NewInt(int64(s.Shards)))
	var shards []any
	for i := range s.Shards {
		start, end := new(big.Int).Mul(width, big.NewInt(int64(i))), new(big.Int).Mul(width, big.NewInt(int64(i+1)))
		if i == s.Shards-1 {
			end.Lsh(big.NewInt(1), 128)
		}
		shards = append(shards, map[string]any{
			"ShardId":             fmt.Sprintf("shardId-%012d", i),
			"HashKeyRange":        map[string]string{"StartingHashKey": start.String(), "EndingHashKey": end.Sub(end, big.NewInt(1)).String()},
			"SequenceNumberRange": map[string]string{"StartingSequenceNumber": sequenceNumber(s.created.Add(time.Hour), 0)},
		})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"Shards": shards})
}

// records answers with the page of an iterator, shard and page.
func (s *server) records(w http.ResponseWriter, iterator string) {
	shard, place, _ := strings.Cut(iterator, "/")
	n, _ := strconv.Atoi(place)
	body, behind := []byte(`{"Records":[]`), 0
	if n < len(s.pages) {
		body, behind = s.pages[n], 1000*(len(s.pages)-n)
	}
	end := fmt.Sprintf(`,"NextShardIterator":"%s/%d","MillisBehindLatest":%d}`, shard, min(n+1, len(s.pages)), behind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+len(end)))
	_, _ = w.Write(body)
	_, _ = io.WriteString(w, end)
}

// serve is a process that serves a stream until its standard input ends.
func serve() error {
	created := time.Now().Add(-2 * time.Hour).Truncate(time.Second)
	s := &server{Stored: stored(), created: created}
	for n := range s.Pages {
		s.pages = append(s.pages, s.page(n, created.Add(time.Hour)))
	}
	certificate, bundle, err := trusted(os.Getenv("KINSPECT_DIR"))
	if err != nil {
		return err
	}
	over := httptest.NewUnstartedServer(s)
	over.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	over.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that end amid a call are no news
	over.StartTLS()
	if err := json.NewEncoder(os.Stdout).Encode(endpoint{over.URL, bundle}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// trusted makes a certificate for the loopback, of the kind that AWS has, and a bundle
// that trusts it.
func trusted(dir string) (certificate tls.Certificate, bundle string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return certificate, "", err
	}
	told := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kinspect"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	signed, err := x509.CreateCertificate(rand.Reader, told, told, key.Public(), key)
	if err != nil {
		return certificate, "", err
	}
	bundle = filepath.Join(dir, "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})
	return tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}, bundle, os.WriteFile(bundle, text, 0o600)
}
