package stream

import (
	"context"
	"net/http"
	"testing"

	"kinspect/internal/record"
)

// Every attempt counts, the refused ones and those that are repeated too.
func TestCost(t *testing.T) {
	answers := []transport{
		refusal(400, "LimitExceededException"),
		answer(200, http.Header{}, `{"Shards":[]}`),
		refusal(400, "ProvisionedThroughputExceededException"),
		refusal(400, "AccessDeniedException"),
		answer(200, http.Header{}, `{"Records":[{"SequenceNumber":"1","PartitionKey":"ab","Data":"aGVsbG8="}]}`),
	}
	calls := 0
	c := clientOf(func(r *http.Request) (*http.Response, error) {
		calls++
		return answers[calls-1](r)
	})
	if _, err := c.ListShards(context.Background()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, _ = c.Records(context.Background(), "shardId-000000000000", "iterator", 0, nil, record.Take{})
	}
	if got, want := c.Cost(), (Cost{Calls: 5, Throttled: 2, Bytes: 7}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
