package putrec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/local"
	"kinspect/internal/stream"
)

func TestReceiptsAreExact(t *testing.T) {
	w := newWorld(t, 1)
	result, err := w.run(t.Context(), Options{Input: strings.NewReader("first\nsecond\r\nthird"), PartitionKey: "k", ExplicitHashKey: "7"})
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for i, r := range w.stored() {
		if data := []string{"first", "second", "third"}[i]; string(r.Data) != data || *r.PartitionKey != "k" {
			t.Errorf("record %d is %q with key %q", i, r.Data, *r.PartitionKey)
		}
		fmt.Fprintf(&want, `{"line":%d,"shardId":"shardId-000000000000","sequenceNumber":"%s","attempts":1}`+"\n", i+1, r.SequenceNumber)
	}
	if got := w.receipts.String(); got != want.String() || got == "" {
		t.Errorf("receipts\n%swant\n%s", got, want.String())
	}
	if hashKey := w.wire.calls[0].Records[0].ExplicitHashKey; hashKey != "7" {
		t.Errorf("the explicit hash key sent is %q", hashKey)
	}
	if want := (Result{Lines: 3, Put: 3, Calls: 1, Bytes: 5 + 6 + 5 + 3}); result != want {
		t.Errorf("%+v, want %+v", result, want)
	}
}

func TestCallsHold500Records(t *testing.T) {
	w := newWorld(t, 4)
	lines := numbered(2500, 0)
	w.check(w.put(lines), lines)
	if got, want := w.wire.sizes(), []int{500, 500, 500, 500, 500}; !slices.Equal(got, want) {
		t.Errorf("records a call: %v, want %v", got, want)
	}
	perShard := map[string]int{}
	for _, r := range w.acknowledged() {
		perShard[r.ShardID]++
	}
	if len(perShard) != 4 {
		t.Errorf("random keys reach %d of 4 shards", len(perShard))
	}
}

// In a bubble only waits take time: on a busy machine lingerMax could pass while
// a large batch is gathered, and cut it short.
func TestCallsHold10MiB(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 4)
		lines := numbered(12, 1<<20-2*randomKeyBytes) // the largest that the stream takes
		w.check(w.put(lines), lines)
		if got, want := w.wire.sizes(), []int{10, 2}; !slices.Equal(got, want) {
			t.Errorf("records a call: %v, want %v", got, want)
		}
		for _, c := range w.wire.calls {
			if c.bytes() > stream.PutBytesMax {
				t.Errorf("call %d carries %d bytes", c.number, c.bytes())
			}
		}
	})
}

// The limit of a record is the stream's own.
func TestStreamThatTakesLargeRecords(t *testing.T) {
	w := newWorld(t, 1)
	settings := strings.NewReader(`{"StreamARN":"arn:aws:kinesis:us-east-1:123456789012:stream/orders","MaxRecordSizeInKiB":10240}`)
	r := httptest.NewRequest(http.MethodPost, "/", settings)
	r.Header.Set("X-Amz-Target", "Kinesis_20131202.UpdateMaxRecordSize")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256")
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, r)
	if recorder.Code != http.StatusOK {
		t.Fatalf("UpdateMaxRecordSize: %s", recorder.Body)
	}
	lines := append(numbered(1, 10<<20-2*randomKeyBytes), "b", strings.Repeat("c", 10<<20))
	result := w.put(lines)
	w.check(result, lines)
	if result.Put != 2 || len(w.failures) != 1 || w.failures[0].Line != 3 {
		t.Errorf("%+v, want the last line handed back", result)
	}
}

func TestOrderIsKept(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(1200, 0)
	w.put(lines)
	for i, r := range w.stored() {
		if string(r.Data) != lines[i] {
			t.Fatalf("record %d is %q, want %q", i+1, r.Data, lines[i])
		}
	}
	for i, r := range w.acknowledged() {
		if r.Line != i+1 {
			t.Fatalf("receipt %d is of line %d", i+1, r.Line)
		}
	}
}

func TestLinesThatAreNoRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		lines := []string{"a", "", strings.Repeat("x", 1<<20), "b"}
		w.check(w.put(lines), lines)
		if len(w.failures) != 2 {
			t.Fatalf("%d lines are handed back, want 2", len(w.failures))
		}
		if blank := w.failures[0]; blank.Line != 2 || !errors.Is(blank.Err, ErrEmpty) || blank.Attempts != 0 {
			t.Errorf("the blank line: %+v", blank)
		}
		want := SizeError{Bytes: 1<<20 + 2*randomKeyBytes, Max: 1 << 20}
		if size := (*SizeError)(nil); w.failures[1].Line != 3 || !errors.As(w.failures[1].Err, &size) || *size != want {
			t.Errorf("the long line: %d, %v", w.failures[1].Line, w.failures[1].Err)
		}
		if len(w.wire.calls) != 1 || len(w.wire.calls[0].Records) != 2 {
			t.Errorf("records a call: %v, want one call of 2", w.wire.sizes())
		}
	})
}

func TestLineLongerThanAnyStreamTakes(t *testing.T) {
	w := newWorld(t, 1)
	const long = 40 << 20
	endless := readerFunc(func(p []byte) (int, error) { clear(p); return len(p), nil })
	input := io.MultiReader(strings.NewReader("a\n"), io.LimitReader(endless, long), strings.NewReader("\nb\n"))
	result, err := w.run(t.Context(), Options{Input: input})
	if err != nil || result.Put != 2 || result.Lines != 3 {
		t.Errorf("%+v, %v", result, err)
	}
	if len(w.failures) != 1 || w.failures[0].Line != 2 || w.failures[0].Data != nil || w.failures[0].Size != long {
		t.Errorf("handed back: %+v", w.failures)
	}
}

func TestWhole(t *testing.T) {
	w := newWorld(t, 1)
	const data = "a\r\n\nb\n"
	result, err := w.run(t.Context(), Options{Input: strings.NewReader(data), Whole: true})
	if err != nil || result.Put != 1 {
		t.Fatalf("%+v, %v", result, err)
	}
	if stored := w.stored(); len(stored) != 1 || string(stored[0].Data) != data {
		t.Errorf("stored: %v", stored)
	}
}

func TestWholeThatIsNoRecord(t *testing.T) {
	for _, size := range []int{0, 1 << 20, 11 << 20} {
		w := newWorld(t, 1)
		_, err := w.run(t.Context(), Options{Input: strings.NewReader(strings.Repeat("x", size)), Whole: true})
		var tooLong *SizeError
		if size == 0 && !errors.Is(err, ErrEmpty) || size > 0 && !errors.As(err, &tooLong) {
			t.Errorf("%d bytes: %v", size, err)
		}
		if len(w.wire.calls) > 0 || len(w.failures) > 0 {
			t.Errorf("%d bytes: %d calls, %d handed back, want neither", size, len(w.wire.calls), len(w.failures))
		}
	}
}

func TestNothingIsRead(t *testing.T) {
	creating := newWorld(t, 1)
	creating.server = local.New(local.Options{Clock: creating.clock, Transition: time.Hour})
	creating.wire.next = creating.server
	if err := creating.server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	unknown := newWorld(t, 1)
	unknown.wire.next = local.New(local.Options{Clock: unknown.clock})
	cases := []struct {
		world   *world
		options Options
		want    string // within the error
	}{
		{creating, Options{}, "stream orders takes no records while it is CREATING"},
		{unknown, Options{}, "Stream orders under account 123456789012 not found."},
		{newWorld(t, 1), Options{PartitionKey: strings.Repeat("k", 257)}, "the partition key has 257 characters, and at most 256 are allowed"},
	}
	for _, c := range cases {
		input := strings.NewReader("a\nb\n")
		c.options.Input = input
		_, err := c.world.run(t.Context(), c.options)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
		if input.Len() != 4 {
			t.Errorf("%s: the input was read", c.want)
		}
	}
}

// A record must not wait for the 499 others while the input pauses, and not for
// the end of a trickle that never pauses long.
func TestSlowInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		from, to := io.Pipe()
		type outcome struct {
			result Result
			err    error
		}
		ended := make(chan outcome)
		go func() {
			result, err := w.run(t.Context(), Options{Input: from})
			ended <- outcome{result, err}
		}()
		write := func(text string) {
			if _, err := io.WriteString(to, text); err != nil {
				t.Error(err)
			}
		}

		write("first\nsecond\nthi")
		time.Sleep(lingerMax - time.Millisecond)
		synctest.Wait()
		if n := len(w.wire.calls); n != 0 {
			t.Errorf("%d calls before the wait for more was over", n)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if got := w.receipts.String(); strings.Count(got, "\n") != 2 {
			t.Errorf("receipts while the input pauses: %q, want those of 2 lines", got)
		}
		write("rd\n")
		for range 10 {
			time.Sleep(lingerMax / 2)
			write("more\n")
		}
		synctest.Wait()
		if n := len(w.wire.calls); n < 4 {
			t.Errorf("%d calls during a trickle of %v", n, 5*lingerMax)
		}
		_ = to.Close()
		if got := <-ended; got.err != nil || got.result.Put != 13 || got.result.Lines != 13 {
			t.Errorf("%+v, %v", got.result, got.err)
		}
		if data := string(w.stored()[2].Data); data != "third" {
			t.Errorf("a line in two pieces became %q", data)
		}
	})
}

func TestInputFails(t *testing.T) {
	w := newWorld(t, 1)
	broken := errors.New("the disk is gone")
	input := io.MultiReader(strings.NewReader("a\nb\nhalf a li"), readerFunc(func([]byte) (int, error) { return 0, broken }))
	result, err := w.run(t.Context(), Options{Input: input})
	if !errors.Is(err, broken) || err.Error() != "reading the input after line 2: the disk is gone" {
		t.Errorf("error: %v", err)
	}
	w.check(result, []string{"a", "b"})
	if result.Put != 2 {
		t.Errorf("%+v, want the 2 lines before the failure put", result)
	}
}

func TestReceiptsCannotBeWritten(t *testing.T) {
	w := newWorld(t, 1)
	lines := numbered(1100, 0)
	full := errors.New("no space left")
	result, err := w.run(t.Context(), Options{
		Input:    strings.NewReader(joined(lines)),
		Receipts: &limitedWriter{calls: 1, err: full, to: &w.receipts},
	})
	if !errors.Is(err, full) || err.Error() != "writing the receipts of lines 501 to 1000: no space left" {
		t.Errorf("error: %v", err)
	}
	if result.Put != 1000 || len(w.acknowledged()) != 500 {
		t.Errorf("%+v with %d receipts, want 1000 put and 500 receipts", result, len(w.acknowledged()))
	}
	for _, f := range w.failures {
		if f.Line <= 1000 || f.Err != err {
			t.Errorf("handed back: %v", f)
		}
	}
}

// limitedWriter fails after some calls.
type limitedWriter struct {
	calls int
	err   error
	to    *bytes.Buffer
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	if l.calls--; l.calls < 0 {
		return 0, l.err
	}
	return l.to.Write(p)
}

func TestLineCannotBeHandedBack(t *testing.T) {
	w := newWorld(t, 1)
	full := errors.New("no space left")
	seen := 0
	result, err := w.run(t.Context(), Options{
		Input:  strings.NewReader("a\n\nb\n"),
		Failed: func(Failure) error { seen++; return full },
	})
	if !errors.Is(err, full) || !strings.Contains(err.Error(), "handing back line 2: no space left") {
		t.Errorf("error: %v", err)
	}
	if result.Failed != 3 || seen != 3 || len(w.wire.calls) != 0 {
		t.Errorf("%+v, %d handed back, %d calls: nothing more was to be put", result, seen, len(w.wire.calls))
	}
}

// What a Read has taken from the input when Ctrl-C comes is handed back, also
// where that Read is only just returning.
func TestInterruptedWhileTheInputIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		ctx, interrupt := context.WithCancel(t.Context())
		input := readerFunc(func(p []byte) (int, error) {
			interrupt()
			time.Sleep(restMax / 2)
			return copy(p, "a\n\nhalf a li"), nil
		})
		result, err := w.run(ctx, Options{Input: input})
		if !errors.Is(err, context.Canceled) || err.Error() != "interrupted" {
			t.Errorf("error: %v", err)
		}
		w.check(result, []string{"a", ""})
		if result.Failed != 2 {
			t.Fatalf("%+v, want 2 lines handed back", result)
		}
		for _, f := range w.failures {
			if f.MaybePut || f.Attempts != 0 || f.Line == 1 && f.Err != err {
				t.Errorf("handed back: %+v", f)
			}
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestInterruptedWhileTheInputHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		from, to := io.Pipe()
		ctx, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(time.Hour, interrupt)
		result, err := w.run(ctx, Options{Input: from})
		if !errors.Is(err, context.Canceled) || result != (Result{}) {
			t.Errorf("%+v, %v", result, err)
		}
		_ = to.Close() // ends the Read that was left behind
	})
}
