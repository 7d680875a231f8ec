package putrec

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/awsconf"
	"kinspect/internal/peers"
	"kinspect/internal/stream"
)

func TestPartialFailureIsRetriedAlone(t *testing.T) {
	w := newWorld(t, 2)
	lines := numbered(6, 0)
	w.wire.meddle = func(out http.ResponseWriter, r *http.Request, c call) bool {
		return c.number < 3 && w.wire.failSome(out, r, c, func(s sent) bool {
			return string(s.Data) == lines[1] || string(s.Data) == lines[4] && c.number == 1
		})
	}
	result := w.put(lines)
	w.check(result, lines)
	if got, want := w.wire.sizes(), []int{6, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("records a call: %v, want %v", got, want)
	}
	var got [][2]int
	for _, r := range w.acknowledged() {
		got = append(got, [2]int{r.Line, r.Attempts})
	}
	if want := [][2]int{{1, 1}, {3, 1}, {4, 1}, {6, 1}, {5, 2}, {2, 3}}; !slices.Equal(got, want) {
		t.Errorf("line and attempts: %v, want %v", got, want)
	}
	if result.Put != 6 || result.Retried != 2 || result.MaybeTwice != 0 {
		t.Errorf("%+v", result)
	}
	if first, again := w.wire.calls()[0].Records[1], w.wire.calls()[2].Records[0]; first.PartitionKey != again.PartitionKey {
		t.Errorf("the key changed from %s to %s", first.PartitionKey, again.PartitionKey)
	}
}

func TestPermanentFailureIsHandedBack(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(600, 0)
	w.wire.meddle = func(out http.ResponseWriter, r *http.Request, c call) bool {
		return w.wire.failSome(out, r, c, func(s sent) bool { return string(s.Data) == lines[7] })
	}
	result := w.put(lines)
	w.check(result, lines)
	if result.Failed != 1 || result.Put != 599 {
		t.Fatalf("%+v", result)
	}
	want := "ProvisionedThroughputExceededException: Rate exceeded for shard shardId-000000000000 (11 attempts)"
	if got := w.failures[0].Reason(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A batch far above a shard's quota goes in little by little, in more calls than
// are allowed to put nothing.
func TestQuotaIsNoFailure(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(100, 0)
	began := w.clock.Now()
	w.wire.meddle = func(out http.ResponseWriter, r *http.Request, c call) bool {
		taken := 0
		fails := map[string]bool{}
		for _, s := range c.Records {
			taken++
			fails[string(s.Data)] = taken > 4
		}
		return w.wire.failSome(out, r, c, func(s sent) bool { return fails[string(s.Data)] })
	}
	result := w.put(lines)
	w.check(result, lines)
	if result.Put != 100 || result.Calls != 25 {
		t.Errorf("%+v, want 100 put in 25 calls", result)
	}
	if waited := w.clock.Now().Sub(began); waited < 24*quotaWait {
		t.Errorf("25 calls in %v", waited)
	}
}

// What is given up is what calls in a row do not put: each record that goes in
// begins the count anew.
func TestSlowProgressIsNotGivenUp(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(3, 0)
	const each = idleCallsMax - 1
	w.wire.meddle = func(out http.ResponseWriter, r *http.Request, c call) bool {
		return w.wire.failSome(out, r, c, func(s sent) bool { return c.number%each > 0 || string(s.Data) != string(c.Records[0].Data) })
	}
	result := w.put(lines)
	w.check(result, lines)
	if result.Put != 3 || result.Calls != 3*each {
		t.Errorf("%+v, want all put, one in every %d calls", result, each)
	}
}

func TestPassingErrorOfACall(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(3, 0)
	w.wire.meddle = func(out http.ResponseWriter, _ *http.Request, c call) bool {
		return c.number < 4 && refuse(out, "LimitExceededException")
	}
	result := w.put(lines)
	w.check(result, lines)
	if result.Put != 3 || result.Calls != 4 || result.MaybeTwice != 0 || w.acknowledged()[0].Attempts != 4 {
		t.Errorf("%+v", result)
	}
}

func TestFatalErrorOfACall(t *testing.T) {
	for code, problem := range map[string]stream.Problem{
		"AccessDeniedException":     stream.Denied,
		"ResourceNotFoundException": stream.NotFound,
		"ExpiredTokenException":     stream.BadCredentials,
		"KMSDisabledException":      stream.KeyUnusable,
		"UnknownOperationException": stream.Other,
	} {
		w := newWorld(t, 1)
		lines := numbered(1200, 0)
		w.wire.meddle = func(out http.ResponseWriter, _ *http.Request, c call) bool {
			return c.number == 2 && refuse(out, code)
		}
		result, err := w.run(t.Context(), Options{Input: strings.NewReader(joined(lines))})
		var failure *stream.Error
		if !errors.As(err, &failure) || failure.Problem != problem {
			t.Errorf("%s: %v", code, err)
		}
		w.check(result, lines)
		if result.Put != 500 || result.Failed != 700 || result.Calls != 2 {
			t.Errorf("%s: %+v, want 500 put in the first of 2 calls", code, result)
		}
		for _, f := range w.failures {
			if f.Err != err || f.MaybePut || f.Attempts > 1 {
				t.Fatalf("%s: handed back as %v", code, f)
			}
		}
	}
}

// A record that the endpoint does not take, for a reason of its own, keeps none
// of the others back.
func TestRefusedRecordIsFoundOut(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(50, 0)
	w.wire.meddle = func(out http.ResponseWriter, _ *http.Request, c call) bool {
		return slices.ContainsFunc(c.Records, func(s sent) bool { return string(s.Data) == lines[20] }) &&
			refuse(out, "InvalidArgumentException")
	}
	result := w.put(lines)
	w.check(result, lines)
	if result.Put != 49 || len(w.failures) != 1 || w.failures[0].Line != 21 {
		t.Fatalf("%+v, handed back: %v", result, w.failures)
	}
	if got := w.failures[0].Err.Error(); !strings.HasSuffix(got, "says the test") {
		t.Errorf("reason: %s", got)
	}
}

// Where the stream could not be described, its limit is not known: the endpoint
// refuses the call, and no more than the record that is too large goes back.
func TestRecordOverALimitThatIsNotKnown(t *testing.T) {
	for _, code := range []string{"ValidationException", "InvalidArgumentException"} {
		w := newWorld(t, 2)
		lines := numbered(400, 0)
		for _, i := range []int{0, 200, 399} {
			lines[i] = strings.Repeat("x", 1<<20+i)
		}
		w.wire.meddle = func(out http.ResponseWriter, _ *http.Request, c call) bool {
			return slices.ContainsFunc(c.Records, func(s sent) bool { return len(s.Data)+len(s.PartitionKey) > 1<<20 }) && refuse(out, code)
		}
		described := stream.Summary{Name: "orders", RecordBytesMax: 10 << 20, Denied: &stream.Error{}}
		result, err := Run(t.Context(), w.client(&w.wire), described, Options{
			Input: strings.NewReader(joined(lines)), Receipts: &w.receipts, Unpaced: true,
			Failed: func(f Failure) error { w.failures = append(w.failures, f); return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		w.check(result, lines)
		var back []int
		for _, f := range w.failures {
			back = append(back, f.Line)
		}
		if want := []int{1, 201, 400}; !slices.Equal(back, want) || result.Calls > 1+3*2*9 {
			t.Errorf("%s: lines %v went back, want %v; %+v", code, back, want, result)
		}
	}
}

// What stands before an endpoint may take less in a call than AWS does, and says
// so in its own words: it is asked for less.
func TestCallTooLargeForTheEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		lines := numbered(1000, 1000) // 0.5 MB in 500 records, and a third more in base64
		w.wire.meddle = func(out http.ResponseWriter, r *http.Request, _ call) bool {
			if r.ContentLength <= 500_000 {
				return false
			}
			out.WriteHeader(http.StatusRequestEntityTooLarge)
			_, _ = io.WriteString(out, "<html>413 Request Entity Too Large</html>")
			return true
		}
		result := w.put(lines)
		w.check(result, lines)
		if result.Put != 1000 || result.MaybeTwice != 0 {
			t.Errorf("%+v", result)
		}
		if got, want := w.wire.sizes(), []int{500, 250, 250, 250, 250}; !slices.Equal(got, want) {
			t.Errorf("records a call: %v, want %v: one call refused, and none after it", got, want)
		}
	})
}

// Kinesalite takes no body above 7 MiB, and has nothing to say about it.
func TestKinesalite(t *testing.T) {
	url := peers.Endpoint(t, peers.Kinesalite)
	peers.NewClient(t, url).Create("orders", 2)
	cfg := awsconf.InProcess(nil, peers.Region)
	cfg.HTTPClient, cfg.BaseEndpoint = http.DefaultClient, &url
	var receipts bytes.Buffer
	r := newRun(stream.New(cfg, "orders", stream.RealTime{}), Options{Receipts: &receipts}, stream.Summary{})
	var records []*outgoing
	for i := range 6 { // 8 MiB in base64
		entry := stream.PutEntry{Data: bytes.Repeat([]byte{'x'}, 1<<20-1), PartitionKey: "k"}
		records = append(records, &outgoing{sources: []*source{{line: line{number: i + 1}}}, entry: entry})
	}
	r.put(t.Context(), records)
	if r.stop != nil || r.result != (Result{Put: 6, Records: 6, Bytes: 6 << 20, Calls: 3, Retried: 6}) || r.bounds.bytes != 3<<20 {
		t.Errorf("%+v, at most %d bytes a call, stopped by %v", r.result, r.bounds.bytes, r.stop)
	}
	if n := strings.Count(receipts.String(), `"attempts":2}`); n != 6 {
		t.Errorf("%d receipts, want 6: %s", n, receipts.String())
	}
}

// An answer that was lost on its way leaves a doubt, and the doubt is said: the
// records are put again, and stand in the stream twice.
func TestUnansweredCallIsADoubt(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(3, 0)
	client := w.overSocket(t, func(out http.ResponseWriter, r *http.Request, c call) bool {
		if c.number > 1 {
			return false
		}
		w.wire.forward(r, c)
		panic(http.ErrAbortHandler) // cuts the connection
	})
	result, err := w.runBy(t.Context(), client, Options{Input: strings.NewReader(joined(lines))})
	if err != nil {
		t.Fatal(err)
	}
	w.check(result, lines)
	if result.Put != 3 || result.MaybeTwice != 3 || len(w.stored()) != 6 {
		t.Errorf("%+v with %d records in the stream, want 3 put and maybe twice, and 6", result, len(w.stored()))
	}
}

// A doubt stays, whatever the later calls are answered.
func TestDoubtStays(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(3, 0)
	client := w.overSocket(t, func(out http.ResponseWriter, r *http.Request, c call) bool {
		switch c.number {
		case 1:
			w.wire.forward(r, c)
			panic(http.ErrAbortHandler)
		case 2:
			return refuse(out, "LimitExceededException")
		}
		return false
	})
	result, err := w.runBy(t.Context(), client, Options{Input: strings.NewReader(joined(lines))})
	if err != nil {
		t.Fatal(err)
	}
	w.check(result, lines)
	if result.Put != 3 || result.MaybeTwice != 3 || result.Calls != 3 {
		t.Errorf("%+v, want 3 put in 3 calls, and maybe twice", result)
	}
}

func TestEndpointThatAnswersNoMore(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(600, 0)
	client := w.overSocket(t, func(http.ResponseWriter, *http.Request, call) bool { panic(http.ErrAbortHandler) })
	var notices []string
	result, err := w.runBy(t.Context(), client, Options{
		Input: strings.NewReader(joined(lines)), Notice: func(text string) { notices = append(notices, text) },
	})
	var failure *stream.Error
	if !errors.As(err, &failure) || failure.Problem != stream.Unavailable {
		t.Errorf("error: %v", err)
	}
	if len(notices) != 1 || !strings.HasPrefix(notices[0], "still trying: ") {
		t.Errorf("says %q while it is asked again and again", notices)
	}
	w.check(result, lines)
	if result.Calls != idleCallsMax || result.Failed != 600 {
		t.Errorf("%+v, want all handed back after %d calls", result, idleCallsMax)
	}
	for _, f := range w.failures {
		if sent := f.Line <= 500; f.MaybePut != sent || sent != (f.Attempts == idleCallsMax) {
			t.Fatalf("handed back: %+v", f)
		}
	}
}

// overSocket serves the wire over a real connection, which can be cut.
func (w *world) overSocket(t *testing.T, meddle func(http.ResponseWriter, *http.Request, call) bool) *stream.Client {
	t.Helper()
	w.wire.meddle = meddle
	server := httptest.NewServer(&w.wire)
	t.Cleanup(server.Close)
	cfg := awsconf.InProcess(nil, "us-east-1")
	cfg.HTTPClient, cfg.BaseEndpoint = server.Client(), &server.URL
	return stream.New(cfg, "orders", w.clock)
}

func TestAnswersThatAcknowledgeNothing(t *testing.T) {
	w := newWorld(t, 1)
	w.wire.meddle = func(out http.ResponseWriter, _ *http.Request, c call) bool {
		return reply(out, http.StatusOK, answer{Records: []result{{ShardId: "shardId-000000000000"}}})
	}
	result := w.put([]string{"a"})
	if result.Put != 0 || len(w.failures) != 1 || !w.failures[0].MaybePut {
		t.Errorf("a result without a sequence number: %+v, %+v", result, w.failures)
	}

	w = newWorld(t, 1)
	w.wire.meddle = func(out http.ResponseWriter, r *http.Request, c call) bool {
		all := w.wire.forward(r, c)
		all.Records = all.Records[1:]
		return reply(out, http.StatusOK, all)
	}
	result, err := w.run(t.Context(), Options{Input: strings.NewReader("a\nb\n")})
	if err == nil || err.Error() != "the endpoint answered with 1 results to 2 records" {
		t.Errorf("error: %v", err)
	}
	if result.Put != 0 || result.Failed != 2 || !w.failures[0].MaybePut || !w.failures[1].MaybePut {
		t.Errorf("an answer that is too short: %+v, %+v", result, w.failures)
	}
}

// Ctrl-C during a call: its answer is awaited, and the rest goes back.
func TestInterruptedDuringACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		lines := numbered(1200, 0)
		ctx, interrupt := context.WithCancel(t.Context())
		w.wire.meddle = func(out http.ResponseWriter, r *http.Request, c call) bool {
			if c.number < 2 {
				return false
			}
			interrupt()
			select {
			case <-r.Context().Done():
				return true // without an answer
			case <-time.After(interruptGrace - time.Second):
				return w.wire.failSome(out, r, c, func(s sent) bool { return string(s.Data) == lines[998] })
			}
		}
		client := stream.New(awsconf.InProcess(&w.wire, "us-east-1"), "orders", stream.RealTime{}) // the bubble's time
		result, err := w.runBy(ctx, client, Options{Input: strings.NewReader(joined(lines))})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error: %v", err)
		}
		w.check(result, lines)
		if result.Put != 999 || result.Calls != 2 {
			t.Errorf("%+v, want all of 2 calls put but for one record", result)
		}
		for _, f := range w.failures {
			if f.MaybePut || f.Err != err {
				t.Fatalf("handed back: %+v", f)
			}
		}
	})
}

// A call that goes on hanging after Ctrl-C is left, in doubt.
func TestInterruptedDuringACallThatHangs(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(3, 0)
	ctx, interrupt := context.WithCancel(t.Context())
	client := w.overSocket(t, func(out http.ResponseWriter, r *http.Request, c call) bool {
		interrupt()
		<-r.Context().Done()
		return true
	})
	result, err := w.runBy(ctx, client, Options{Input: strings.NewReader(joined(lines))})
	if !errors.Is(err, context.Canceled) || err.Error() != "interrupted" {
		t.Errorf("error: %v", err)
	}
	w.check(result, lines)
	for i, f := range w.failures {
		if want := "interrupted; it may be in the stream all the same"; f.Reason() != want || f.Line != i+1 {
			t.Errorf("%s, want %s", f.Reason(), want)
		}
	}
}

func TestNoConnectionIsNoDoubt(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + closed.Addr().String()
	_ = closed.Close()
	cfg := awsconf.InProcess(nil, "us-east-1")
	cfg.HTTPClient, cfg.BaseEndpoint = http.DefaultClient, &url
	_, err = stream.New(cfg, "orders", stream.RealTime{}).PutRecords(t.Context(), []stream.PutEntry{{Data: []byte("a"), PartitionKey: "k"}})
	if err == nil || unanswered(err) {
		t.Errorf("%v: in doubt %v", err, unanswered(err))
	}
}
