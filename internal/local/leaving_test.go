package local_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"

	"kinspect/internal/local"
)

// A client that goes, whatever its subscription is at, takes it with it at once.
func TestClientGoes(t *testing.T) {
	pushed := func(p local.Push) local.Fault { return local.Fault{Push: func(int) local.Push { return p }} }
	for what, at := range map[string]struct {
		fault   local.Fault
		records []string
	}{
		"waits for a record":  {},
		"waits for a reader":  {local.Fault{Most: 1}, slices.Repeat([]string{strings.Repeat("x", 10_000)}, 20)},
		"waits for its quota": {local.Fault{}, []string{strings.Repeat("x", 1<<20-1), "y"}},
		"delays an event":     {pushed(local.Push{Delay: time.Hour}), nil},
		"is silent":           {pushed(local.Push{Break: local.Silent}), nil},
	} {
		for _, closes := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				var over bool
				server := local.New(local.Options{Faults: func(local.Call) local.Fault { return at.fault }})
				f := newFanned(t, inProcess(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					server.ServeHTTP(w, r)
					over = strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".SubscribeToShard")
				})), 0)
				for _, data := range at.records {
					f.put(data)
					time.Sleep(time.Second)
				}
				ctx, gone := context.WithCancel(f.Context())
				defer gone()
				out, err := f.client.SubscribeToShard(ctx, &kinesis.SubscribeToShardInput{ConsumerARN: &f.consumer, ShardId: aws.String(shard0), StartingPosition: &fromHorizon}, alone)
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(100 * time.Millisecond) // time enough for all but the large record
				if over {
					t.Errorf("one that %s is over before its client goes", what)
				}
				if closes {
					_ = out.GetStream().Close()
				} else {
					gone()
				}
				synctest.Wait()
				if !over {
					t.Errorf("one that %s goes on when its client closes it (%v) or gives up", what, closes)
				}
				_ = out.GetStream().Close()
			})
		}
	}
}

// A subscription whose events cannot be written is over at the first of them.
func TestClientThatCannotBeWrittenTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := local.New(local.Options{})
		f := newFanned(t, inProcess(server), 0)
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"ConsumerARN":"`+f.consumer+`","ShardId":"`+shard0+`","StartingPosition":{"Type":"LATEST"}}`))
		r.Header.Set("X-Amz-Target", "Kinesis_20131202.SubscribeToShard")
		r.Header.Set("Authorization", "x")
		began, w := time.Now(), &broken{ResponseRecorder: httptest.NewRecorder(), after: 2}
		server.ServeHTTP(w, r)
		if w.after > 0 || time.Since(began) > 10*time.Second {
			t.Errorf("it lasted %s", time.Since(began))
		}
	})
}

// broken takes so many writes.
type broken struct {
	*httptest.ResponseRecorder
	after int
}

func (w *broken) Write(text []byte) (int, error) {
	if w.after == 0 {
		return 0, errors.New("broken pipe")
	}
	w.after--
	return w.ResponseRecorder.Write(text)
}
