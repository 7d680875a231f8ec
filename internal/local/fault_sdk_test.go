package local_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
)

// faulty is an endpoint with a stream, whose GetRecords suffer the faults, in
// turn, and then none.
func faulty(t *testing.T, faults ...local.Fault) *local.Server {
	t.Helper()
	server := local.New(local.Options{Faults: func(c local.Call) local.Fault {
		if c.Operation == "GetRecords" && c.N <= len(faults) {
			return faults[c.N-1]
		}
		return local.Fault{}
	}})
	if err := server.CreateStream("orders", 1); err != nil {
		t.Fatal(err)
	}
	return server
}

// inProcess is the stock SDK client of a handler, without retries.
func inProcess(handler http.Handler) *kinesis.Client {
	return kinesis.NewFromConfig(awsconf.InProcess(handler, "us-east-1"), func(o *kinesis.Options) { o.Retryer = aws.NopRetryer{} })
}

// ask asks for a page as a client does that waits for 30 s.
func ask(client *kinesis.Client) error {
	it, err := client.GetShardIterator(context.Background(), &kinesis.GetShardIteratorInput{
		StreamName: aws.String("orders"), ShardId: aws.String("shardId-000000000000"), ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err = client.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: it.ShardIterator})
	return err
}

// In a bubble a stalled call takes the time it takes, but no real one, and
// leaves nothing running behind it.
func TestFaultsInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := inProcess(faulty(t, local.Fault{Stall: true}, local.Fault{Cut: true}, local.Fault{Refuse: "InternalFailure"},
			local.Fault{Refuse: "KMSDisabledException"}, local.Fault{Refuse: "AccessDeniedException"}))
		for i, test := range []struct {
			took time.Duration
			is   func(error) bool
		}{
			{30 * time.Second, func(err error) bool { return err != nil }},
			{0, as[*smithy.DeserializationError]},
			{0, code("InternalFailure")},
			{0, as[*types.KMSDisabledException]},
			{0, as[*types.AccessDeniedException]},
			{0, func(err error) bool { return err == nil }},
		} {
			began := time.Now()
			err := ask(client)
			if took := time.Since(began); took != test.took || !test.is(err) {
				t.Errorf("call %d took %s: %v", i+1, took, err)
			}
			time.Sleep(time.Second)
		}
	})
}

func as[T error](err error) bool { return errors.As(err, new(T)) }

func code(want string) func(error) bool {
	return func(err error) bool {
		var api smithy.APIError
		return errors.As(err, &api) && api.ErrorCode() == want
	}
}

// The quotas live by the bubble's clock too.
func TestQuotasInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := inProcess(faulty(t))
		refused := 0
		for range 10 {
			if err := ask(client); as[*types.ProvisionedThroughputExceededException](err) {
				refused++
			} else if err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if refused == 0 || refused > 5 { // twice as fast as allowed, but for the first second's worth
			t.Errorf("%d of 10 calls in a second were refused", refused)
		}
	})
}

// On a socket a client sees its own time-out, or a body that ends too soon.
func TestFaultsOnASocket(t *testing.T) {
	client := connect(t, faulty(t, local.Fault{Cut: true}, local.Fault{Stall: true}))
	if err := ask(client); err == nil {
		t.Error("half a body was taken for an answer")
	}
	it, err := client.GetShardIterator(t.Context(), &kinesis.GetShardIteratorInput{
		StreamName: aws.String("orders"), ShardId: aws.String("shardId-000000000000"), ShardIteratorType: types.ShardIteratorTypeLatest,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: it.ShardIterator}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a call that stalls: %v", err)
	}
	if _, err := client.GetRecords(t.Context(), &kinesis.GetRecordsInput{ShardIterator: it.ShardIterator}); err != nil {
		t.Errorf("the call after it: %v", err)
	}
}
