// Package peers starts the endpoints and clients that others wrote, pinned in
// testdata/peers, for tests; product code does not import it.
//
// Each is a Node process of its own, which belongs to one test and ends with it; [Moto]
// is one of Python. Where Node or the npm packages are missing the test is skipped, unless the
// environment says KINSPECT_PEERS=1: then it fails, so that no machine that is
// meant to run these tests passes by not running them.
//
// It knows how the endpoints differ from AWS, and says so beside what meets the
// difference; it does not hide it.
package peers

import (
	"bufio"
	"strings"
	"testing"
	"time"
)

// The endpoints that [Endpoint] starts.
const (
	// KinesisLocal is kinesis-mock, the endpoint of record: consumers, stream
	// ARNs, shard filters, pages of shards, ChildShards. Where it is not AWS:
	//   - a bad shard iterator and an explicit hash key that is no number are
	//     answered by HTTP 500 in plain text, which SDKs ask for again and again;
	//   - AT_SEQUENCE_NUMBER with a number that no record has is ResourceNotFound;
	//   - AT_TIMESTAMP in the future is InvalidArgument;
	//   - its time grows with the square of a shard's records: keep a shard under
	//     3,000 of them, and use Kinesalite for more;
	//   - nothing is ever trimmed, and nothing is ever throttled.
	KinesisLocal = "kinesis-local"

	// Kinesalite is the second opinion, fast, with AWS' own error texts. It knows
	// no consumers, ARNs, filters or pages. Where it is not AWS:
	//   - AT_TIMESTAMP later than the last record is never answered: put a record
	//     first, and keep the client's time-out on;
	//   - MillisBehindLatest is 0 on every page of an open shard, also on a full
	//     one with thousands of records behind it;
	//   - GetRecords answers carry no ChildShards, and NextShardIterator goes
	//     missing one empty answer after the last record of a closed shard;
	//   - ListShards with a NextToken but no stream name kills the process;
	//   - nothing is ever throttled.
	Kinesalite = "kinesalite"

	// Dynalite is a DynamoDB, with AWS' own error texts. It knows no permissions.
	Dynalite = "dynalite"
)

// Region is the region that [Client] signs for. KinesisLocal keeps the streams of
// a region to themselves, so whoever reads what Client put must name it, too.
// Accounts differ from endpoint to endpoint: take an ARN from the stream's summary.
const Region = "us-east-1"

// startMax is how long an endpoint may take to listen; it is 0.1 to 1 s on an
// idle machine.
const startMax = 30 * time.Second

// Endpoint starts an endpoint by its name, [KinesisLocal], [Kinesalite] or [Dynalite],
// with nothing in it, and returns its URL. It listens on 127.0.0.1, on a port that
// the kernel picks, until the test ends.
func Endpoint(t testing.TB, name string) string {
	t.Helper()
	return listening(t, name, start(t, name+".js"))
}

// listening waits until an endpoint listens, and returns its URL.
func listening(t testing.TB, name string, p *process) string {
	t.Helper()
	listening := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(p.stdout)
		listening <- port(lines)
		for lines.Scan() { // the pipe must not fill
		}
	}()
	select {
	case port := <-listening:
		if port != "" {
			return "http://127.0.0.1:" + port
		}
		t.Fatalf("start %s: it ended before it listened", name)
	case <-time.After(startMax):
		t.Fatalf("start %s: it does not listen after %v", name, startMax)
	}
	return ""
}

// port waits for the line in which a script says on which port it listens.
func port(lines *bufio.Scanner) string {
	for lines.Scan() {
		if port, ok := strings.CutPrefix(lines.Text(), "listening "); ok {
			return port
		}
	}
	return ""
}
