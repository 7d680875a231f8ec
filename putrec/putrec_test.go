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
	if hashKey := w.wire.calls()[0].Records[0].ExplicitHashKey; hashKey != "7" {
		t.Errorf("the explicit hash key sent is %q", hashKey)
	}
	if want := (Result{Lines: 3, Put: 3, Records: 3, Calls: 1, Read: result.Read, Bytes: 5 + 6 + 5 + 3}); result != want {
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
	lines := []string{strings.Repeat("a", 10<<20-len("k")), "b", strings.Repeat("c", 10<<20)}
	result, err := w.runBy(t.Context(), w.client(w.server), Options{Input: strings.NewReader(joined(lines)), PartitionKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Result{Lines: 3, Put: 2, Records: 2, Failed: 1, Read: 20<<20 + 3, Bytes: 10<<20 + 2, Calls: 2}); result != want {
		t.Errorf("%+v, want %+v: a call holds 10 MiB", result, want)
	}
	if stored := w.stored(); len(stored) != 2 || string(stored[0].Data) != lines[0] || string(stored[1].Data) != lines[1] {
		t.Errorf("%d records are stored, or other bytes", len(stored))
	}
	if len(w.failures) != 1 || w.failures[0].Line != 3 || string(w.failures[0].Data) != lines[2] {
		t.Errorf("%d lines are handed back, or other bytes", len(w.failures))
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

// In a bubble only waits take time: on a busy machine lingerMax could pass while
// the batch is gathered, and cut it short.
func TestLinesThatAreNoRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		largest := strings.Repeat("y", 1<<20-2*randomKeyBytes) // with a random key
		lines := []string{"a", "", strings.Repeat("x", 1<<20), largest, "b"}
		result, err := w.run(t.Context(), Options{Input: strings.NewReader(joined(lines)), Unpaced: true})
		if err != nil {
			t.Fatal(err)
		}
		w.check(result, lines)
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
		if got := w.wire.sizes(); !slices.Equal(got, []int{3}) {
			t.Errorf("records a call: %v, want one call of 3", got)
		}
	})
}

func TestLineLongerThanAnyStreamTakes(t *testing.T) {
	w := newWorld(t, 1)
	const long = 11 << 20
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
		if len(w.wire.calls()) > 0 || len(w.failures) != 1 || w.failures[0].Err != err || w.failures[0].Size != size {
			t.Errorf("%d bytes: %d calls, handed back %d, want no call, and it all back", size, len(w.wire.calls()), len(w.failures))
		}
	}
}

func TestNothingIsRead(t *testing.T) {
	w := newWorld(t, 1)
	input := strings.NewReader("a\nb\n")
	_, err := w.run(t.Context(), Options{Input: input, PartitionKey: strings.Repeat("k", 257)})
	if err == nil || err.Error() != "the partition key has 257 characters, and at most 256 are allowed" {
		t.Error(err)
	}
	if input.Len() != 4 {
		t.Error("the input was read")
	}
}

// A record must not wait for the 499 others while the input pauses, nor for the
// end of a trickle that never pauses long.
func TestSlowInput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 1)
		from, to := io.Pipe()
		receipts, ended := make(chan int, 100), make(chan Result)
		go func() {
			result, err := w.run(t.Context(), Options{Input: from, Receipts: writerFunc(func(p []byte) (int, error) {
				receipts <- bytes.Count(p, []byte("\n"))
				return len(p), nil
			})})
			if err != nil {
				t.Error(err)
			}
			ended <- result
		}()
		write := func(text string) {
			if _, err := io.WriteString(to, text); err != nil {
				t.Error(err)
			}
		}

		write("first\nsecond\nthi")
		time.Sleep(lingerMax - time.Millisecond)
		synctest.Wait()
		if len(receipts) != 0 {
			t.Error("a call before the wait for more lines was over")
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		if len(receipts) != 1 || <-receipts != 2 {
			t.Error("no call with the two lines that came before the pause")
		}
		write("rd\n")
		for range 10 {
			time.Sleep(lingerMax / 2)
			write("more\n")
		}
		synctest.Wait()
		if n := len(receipts); n < 4 {
			t.Errorf("%d calls during a trickle of %v", n, 5*lingerMax)
		}
		_ = to.Close()
		if got := <-ended; got.Put != 13 || got.Lines != 13 {
			t.Errorf("%+v, want 13 lines put", got)
		}
		if data := string(w.stored()[2].Data); data != "third" {
			t.Errorf("a line in two pieces became %q", data)
		}
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

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
		Input: strings.NewReader(joined(lines)),
		Receipts: writerFunc(func(p []byte) (int, error) {
			if w.receipts.Len() > 0 {
				return 0, full
			}
			return w.receipts.Write(p)
		}),
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
	if result.Failed != 3 || seen != 3 || len(w.wire.calls()) != 0 {
		t.Errorf("%+v, %d handed back, %d calls: nothing more was to be put", result, seen, len(w.wire.calls()))
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
