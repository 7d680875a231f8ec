package stream

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/position"
	"kinspect/internal/record"
)

// message is one of an event stream.
//
// https://smithy.io/2.0/aws/amazon-eventstream.html
func message(payload string, headers ...string) []byte {
	var packed []byte
	for i := 0; i < len(headers); i += 2 {
		packed = append(append(packed, byte(len(headers[i]))), headers[i]...)
		packed = append(binary.BigEndian.AppendUint16(append(packed, 7), uint16(len(headers[i+1]))), headers[i+1]...)
	}
	m := binary.BigEndian.AppendUint32(nil, uint32(16+len(packed)+len(payload)))
	m = binary.BigEndian.AppendUint32(m, uint32(len(packed)))
	m = binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m))
	m = append(append(m, packed...), payload...)
	return binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m))
}

func event(kind, payload string) []byte {
	return message(payload, ":message-type", "event", ":event-type", kind, ":content-type", "application/json")
}

func pushedEvent(n int) []byte {
	return event("SubscribeToShardEvent", fmt.Sprintf(
		`{"Records":[{"SequenceNumber":"%d","PartitionKey":"k","Data":"YQ==","ApproximateArrivalTimestamp":1.5}],"ContinuationSequenceNumber":"%d","MillisBehindLatest":7000}`, n, n))
}

func exception(name string) []byte {
	return message(`{"message":"why"}`, ":message-type", "exception", ":exception-type", name, ":content-type", "application/json")
}

// subscribed is a subscription whose answer the test writes.
func subscribed(t *testing.T) (*Subscription, io.WriteCloser) {
	t.Helper()
	return subscribedTo(t, event("initial-response", "{}"))
}

// subscribedTo is one whose answer begins so.
func subscribedTo(t *testing.T, first []byte) (*Subscription, io.WriteCloser) {
	t.Helper()
	body, wire := io.Pipe()
	client := clientOf(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/vnd.amazon.eventstream"}}, Body: body}, nil
	})
	go func() { _, _ = wire.Write(first) }()
	s, err := client.Subscribe(t.Context(), "arn", "shardId-000000000000", position.Position{Kind: position.TrimHorizon})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, wire
}

func granted(context.Context, int64) error { return nil }

func TestSubscriptionEnds(t *testing.T) {
	for _, c := range []struct {
		name  string
		last  []byte
		close bool
		want  Problem
	}{
		{"dropped", nil, true, Over},
		{"cut in an event", pushedEvent(2)[:40], true, Over},
		{"taken over", exception("ResourceInUseException"), false, InUse},
		{"the shard is gone", exception("ResourceNotFoundException"), false, NotFound},
		{"the service failed", exception("InternalFailureException"), false, Unavailable},
		{"the key is disabled", exception("KMSDisabledException"), false, KeyUnusable},
		{"the service failed in a new way", exception("WeatherException"), false, Unavailable},
		{"silent", nil, false, Unavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, wire := subscribed(t)
				go func() {
					_, _ = wire.Write(append(pushedEvent(1), c.last...))
					if c.close {
						_ = wire.Close()
					}
				}()
				page, err := s.Next(t.Context(), nil, granted, record.Take{})
				if err != nil || len(page.Records) != 1 || page.Continuation != "1" || page.Behind != 7*time.Second || page.Bytes != 2 || page.Records[0].ShardID == "" {
					t.Fatalf("%+v, %v", page, err)
				}
				_, err = s.Next(t.Context(), nil, granted, record.Take{})
				var failed *Error
				if !errors.As(err, &failed) || failed.Problem != c.want {
					t.Errorf("%v, want problem %d", err, c.want)
				}
			})
		})
	}
}

// An event of a kind that nobody knows is told, since it has taken its memory.
func TestUnknownEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, wire := subscribed(t)
		go func() { _, _ = wire.Write(append(event("Weather", `{"sky":"blue"}`), pushedEvent(1)...)) }()
		asked := 0
		leave := func(context.Context, int64) error { asked++; return nil }
		if _, err := s.Next(t.Context(), nil, leave, record.Take{}); !errors.Is(err, ErrWoken) || asked != 1 {
			t.Errorf("%v, leave was asked for %d times", err, asked)
		}
		if page, err := s.Next(t.Context(), nil, leave, record.Take{}); err != nil || len(page.Records) != 1 {
			t.Errorf("%+v, %v", page, err)
		}
	})
}

// Of an event no more than its size is read before it may be taken in.
func TestEventsWaitOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, wire := subscribed(t)
		written := 0
		go func() {
			for n := range 3 {
				_, _ = wire.Write(pushedEvent(n + 1))
				written++
			}
		}()
		synctest.Wait()
		if written > 0 {
			t.Fatal("an event was read that nobody wanted")
		}
		refused := errors.New("no room")
		if _, err := s.Next(t.Context(), nil, func(_ context.Context, bytes int64) error {
			if bytes != int64(len(pushedEvent(1))) {
				t.Errorf("%d bytes", bytes)
			}
			return refused
		}, record.Take{}); !errors.Is(err, refused) {
			t.Errorf("%v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, wire := subscribed(t)
		go func() {
			for n := range 3 {
				_, _ = wire.Write(pushedEvent(n + 1))
			}
		}()
		for n := range 3 {
			if page, err := s.Next(t.Context(), nil, granted, record.Take{}); err != nil || string(page.Continuation) != fmt.Sprint(n+1) {
				t.Errorf("%+v, %v", page, err)
			}
		}
	})
}

// An event is handed out before leave is asked for the next one: who holds one and waits
// for another may wait for ever.
func TestOneEventAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, wire := subscribed(t)
		const events = 200
		go func() {
			for n := range events {
				_, _ = wire.Write(pushedEvent(n + 1))
			}
		}()
		for n := range events {
			asked := 0
			page, err := s.Next(t.Context(), nil, func(context.Context, int64) error {
				asked++
				time.Sleep(time.Second) // until the next one is there too
				return nil
			}, record.Take{})
			if err != nil || string(page.Continuation) != fmt.Sprint(n+1) || asked != 1 {
				t.Fatalf("%d: leave was asked for %d times, %v", n, asked, err)
			}
		}
	})
}

// An endpoint that sends no initial response is understood all the same, also where it
// refuses.
func TestNoInitialResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, wire := subscribedTo(t, pushedEvent(1))
		go func() { _, _ = wire.Write(pushedEvent(2)) }()
		for n := range 2 {
			if page, err := s.Next(t.Context(), nil, granted, record.Take{}); err != nil || string(page.Continuation) != fmt.Sprint(n+1) {
				t.Errorf("%+v, %v", page, err)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, _ := subscribedTo(t, exception("ResourceInUseException"))
		_, err := s.Next(t.Context(), nil, granted, record.Take{})
		var failed *Error
		if !errors.As(err, &failed) || failed.Problem != InUse {
			t.Errorf("%v", err)
		}
	})
}

// Bytes that are no event stream, or a cut one, are an error and no panic.
func FuzzFrames(f *testing.F) {
	whole := append(event("initial-response", "{}"), pushedEvent(1)...)
	for _, seed := range [][]byte{nil, whole, whole[:30], {0, 0, 0, 1, 0, 0, 0, 200}, {255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 1}} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		frames := &frames{body: io.NopCloser(bytes.NewReader(text)), sizes: make(chan int64), let: make(chan struct{}), arrived: make(chan struct{}, 1), closed: make(chan struct{})}
		go func() {
			for {
				select {
				case <-frames.sizes:
					frames.let <- struct{}{}
				case <-frames.closed:
					return
				}
			}
		}()
		out, _ := io.ReadAll(frames)
		_ = frames.Close()
		if !bytes.HasPrefix(text, out) && !bytes.HasPrefix(append(initialResponse(), text...), out) {
			t.Errorf("%x became %x", text, out)
		}
	})
}

// Who waits for an event can be woken, and loses none.
func TestWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, wire := subscribed(t)
		wake := make(chan struct{}, 1)
		wake <- struct{}{}
		if _, err := s.Next(t.Context(), wake, granted, record.Take{}); !errors.Is(err, ErrWoken) {
			t.Errorf("%v", err)
		}
		go func() { _, _ = wire.Write(pushedEvent(1)) }()
		synctest.Wait()
		if page, err := s.Next(t.Context(), wake, granted, record.Take{}); err != nil || len(page.Records) != 1 {
			t.Errorf("%+v, %v", page, err)
		}
	})
}

// One that is silent is given up, however often its reader is woken; one that has
// something to say is not, however late its reader comes.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := subscribed(t)
		began, wake := time.Now(), make(chan struct{}, 1)
		for {
			wake <- struct{}{}
			_, err := s.Next(t.Context(), wake, granted, record.Take{})
			if !errors.Is(err, ErrWoken) {
				var failed *Error
				if took := time.Since(began); !errors.As(err, &failed) || failed.Problem != Unavailable || took < stalledMax || took > stalledMax+time.Minute {
					t.Errorf("%v after %s", err, took)
				}
				break
			}
			<-time.After(time.Second)
			select {
			case <-wake:
			default:
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, wire := subscribed(t)
		go func() { _, _ = wire.Write(pushedEvent(1)) }()
		time.Sleep(time.Hour)
		if page, err := s.Next(t.Context(), nil, granted, record.Take{}); err != nil || len(page.Records) != 1 {
			t.Errorf("%+v, %v", page, err)
		}
	})
}

// A subscription that is not granted in time is given up.
func TestSubscriptionIsOverdue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := clientOf(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		began := time.Now()
		_, err := client.Subscribe(t.Context(), "arn", "shardId-000000000000", position.Position{Kind: position.Latest})
		var failed *Error
		if !errors.As(err, &failed) || failed.Problem != Unavailable || failed.Cause() != "no answer in time" || time.Since(began) != callTimeout {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}
