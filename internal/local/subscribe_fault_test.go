package local_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"kinspect/internal/local"
)

// A subscription that is refused, or stalls, has not begun: the next call has its turn at
// once. Of one that is cut half the first message comes.
func TestFaultsBeforeTheFirstEvent(t *testing.T) {
	for _, c := range []struct {
		fault local.Fault
		took  time.Duration
		is    func(error) bool
		begun bool
	}{
		{local.Fault{Stall: true}, time.Minute, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }, false},
		{local.Fault{Refuse: "LimitExceededException"}, 0, as[*types.LimitExceededException], false},
		{local.Fault{Refuse: "InternalFailure"}, 0, code("InternalFailure"), false},
		{local.Fault{Cut: true}, 0, func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }, true},
	} {
		faults := func(call local.Call) (f local.Fault) {
			if call.Operation == "SubscribeToShard" && call.N == 1 {
				f = c.fault
			}
			return f
		}
		inBubble(t, local.Options{Faults: faults}, func(f *fanned) {
			ctx, cancel := context.WithTimeout(f.Context(), time.Minute)
			defer cancel()
			began := time.Now()
			_, err := f.client.SubscribeToShard(ctx, &kinesis.SubscribeToShardInput{ConsumerARN: &f.consumer, ShardId: aws.String(shard0), StartingPosition: &fromHorizon}, alone)
			if !c.is(err) || time.Since(began) != c.took {
				t.Errorf("%+v: after %s: %v", c.fault, time.Since(began), err)
			}
			if _, err := f.try(f.consumer, fromHorizon); (err != nil) != c.begun {
				t.Errorf("%+v: the next call: %v", c.fault, err)
			}
		})
	}
}

// A record that becomes readable late is pushed then, and holds up those after it.
func TestPushedLate(t *testing.T) {
	inBubble(t, local.Options{Faults: func(c local.Call) local.Fault {
		f := local.Fault{Most: 1}
		if c.Operation == "PutRecord" && c.N == 1 {
			f.Late = 3 * time.Second
		}
		return f
	}}, func(f *fanned) {
		s := f.subscribe(fromHorizon)
		f.put("late")
		put := time.Now()
		f.put("after")
		equal(t, s.read(1), "late")
		if took := time.Since(put); took != 3*time.Second {
			t.Errorf("pushed after %s", took)
		}
		equal(t, s.read(1), "after")
	})
}

// A subscription breaks as was ordered, behind the event of that number.
func TestBreaks(t *testing.T) {
	for _, c := range []struct {
		how  local.Break
		ends string
		read int
	}{
		{local.Dropped, "", 2}, {local.TakenOver, "ResourceInUseException", 2}, {local.Failed, "InternalFailureException", 2}, {local.Cut, "", 1},
	} {
		faults := func(call local.Call) local.Fault {
			return local.Fault{Most: 1, Push: func(n int) (p local.Push) {
				if n == 2 {
					p.Break = c.how
				}
				return p
			}}
		}
		inBubble(t, local.Options{Faults: faults}, func(f *fanned) {
			for _, data := range []string{"a", "b", "c"} {
				f.put(data)
			}
			s, read := f.subscribe(fromHorizon), 0
			for e := s.next(); e != nil; e = s.next() {
				read += len(e.Records)
			}
			if read != c.read {
				t.Errorf("break %d: %d records", c.how, read)
			}
			if c.how != local.Cut {
				s.ends(c.ends)
			}
		})
	}
	silent := func(local.Call) local.Fault {
		return local.Fault{Push: func(int) local.Push { return local.Push{Break: local.Silent} }}
	}
	inBubble(t, local.Options{Faults: silent}, func(f *fanned) {
		f.put("a")
		s := f.subscribe(fromHorizon)
		s.read(1)
		select {
		case e, more := <-s.Events():
			t.Errorf("%+v, %v", e, more)
		case <-time.After(time.Hour):
		}
	})
}

// An event that waits on the way says what was true when it was made, and others come
// behind it.
func TestEventsWait(t *testing.T) {
	orders := []local.Push{1: {Delay: 20 * time.Second}, 2: {}, 3: {Empty: true}, 4: {AtTip: true}, 5: {}}
	inBubble(t, local.Options{Faults: func(local.Call) local.Fault {
		return local.Fault{Most: 1, Push: func(n int) local.Push { return orders[min(n, 5)] }}
	}}, func(f *fanned) {
		s, began := f.subscribe(fromHorizon), time.Now()
		time.Sleep(6 * time.Second)
		for _, data := range []string{"a", "b", "c"} {
			f.put(data)
		}
		for i, want := range []struct {
			data   string
			behind bool
		}{{"", false}, {"a", true}, {"", true}, {"b", false}, {"c", false}} {
			e, data := s.next(), ""
			for _, r := range e.Records {
				data += string(r.Data)
			}
			if data != want.data || *e.MillisBehindLatest > 0 != want.behind || i == 0 && time.Since(began) < 20*time.Second {
				t.Errorf("event %d after %s: %q, %d ms behind, want %+v", i+1, time.Since(began), data, *e.MillisBehindLatest, want)
			}
		}
	})
}

// An empty event passes nothing: what it says to continue with is before the record that
// it stands at.
func TestEmptyEventsPassNothing(t *testing.T) {
	inBubble(t, local.Options{Faults: func(local.Call) local.Fault {
		return local.Fault{Push: func(n int) local.Push { return local.Push{Empty: n == 1} }}
	}}, func(f *fanned) {
		f.put("a")
		time.Sleep(time.Second)
		at := types.StartingPosition{Type: types.ShardIteratorTypeAtTimestamp, Timestamp: aws.Time(time.Now())}
		f.put("b")
		s := f.subscribe(at)
		e := s.next()
		_ = s.Close()
		time.Sleep(5 * time.Second)
		if len(e.Records) > 0 {
			t.Fatalf("%+v", e)
		}
		s = f.subscribe(after(*e.ContinuationSequenceNumber))
		s.next() // empty
		equal(t, s.read(1), "b")
	})
}
