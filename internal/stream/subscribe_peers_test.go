package stream

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"

	"kinspect/internal/awsconf"
	"kinspect/internal/peers"
	"kinspect/internal/position"
	"kinspect/internal/record"
)

// A subscription to the endpoint that others wrote brings each record once, in order,
// and goes on at the continuation sequence number.
func TestSubscribeToKinesisLocal(t *testing.T) {
	url := peers.FanOut(t, peers.Endpoint(t, peers.KinesisLocal))
	node := peers.NewClient(t, url)
	node.Create("orders", 1)
	t.Setenv("AWS_ACCESS_KEY_ID", "x")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "y")
	cfg, err := awsconf.Load(context.Background(), awsconf.Options{Region: peers.Region, EndpointURL: url})
	if err != nil {
		t.Fatal(err)
	}
	client := New(cfg, "orders", RealTime{})
	described, err := client.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	name := "reader"
	registered, err := client.api.RegisterStreamConsumer(t.Context(), &kinesis.RegisterStreamConsumerInput{StreamARN: &described.ARN, ConsumerName: &name})
	if err != nil {
		t.Fatal(err)
	}
	consumer := *registered.Consumer.ConsumerARN
	for {
		out, err := client.api.DescribeStreamConsumer(t.Context(), &kinesis.DescribeStreamConsumerInput{ConsumerARN: &consumer})
		if err != nil {
			t.Fatal(err)
		}
		if out.ConsumerDescription.ConsumerStatus == "ACTIVE" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	receipts := put(node, 0, 30)
	var got []record.SequenceNumber
	at := position.Position{Kind: position.TrimHorizon}
	for _, want := range []int{30, 60} {
		if want > 30 {
			receipts = append(receipts, put(node, 30, 60)...)
		}
		s := subscribe(t, client, consumer, at)
		for len(got) < want {
			page, err := s.Next(t.Context(), nil, func(context.Context, int64) error { return nil }, record.Take{})
			if inUse(err) { // it has not seen yet that the one before was closed
				s.Close()
				time.Sleep(500 * time.Millisecond)
				s = subscribe(t, client, consumer, at)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Records {
				if len(got) == 0 || r.SequenceNumber.Compare(got[len(got)-1]) > 0 { // one may come again
					got = append(got, r.SequenceNumber)
				}
			}
			at = position.Position{Kind: position.AtSequenceNumber, SequenceNumber: page.Continuation}
		}
		s.Close()
	}
	for i, r := range receipts {
		if got[i] != record.SequenceNumber(r.SequenceNumber) {
			t.Fatalf("record %d is %s, want %s", i, got[i], r.SequenceNumber)
		}
	}
	if len(got) != len(receipts) {
		t.Errorf("%d records, want %d", len(got), len(receipts))
	}
}

func put(node *peers.Client, from, to int) []peers.Receipt {
	var records []peers.Record
	for i := from; i < to; i++ {
		records = append(records, peers.Record{PartitionKey: fmt.Sprintf("k%d", i), Data: []byte(fmt.Sprintf(`{"n":%d}`, i))})
	}
	return node.Put("orders", records)
}

func inUse(err error) bool {
	var failed *Error
	return errors.As(err, &failed) && failed.Problem == InUse
}

func subscribe(t *testing.T, c *Client, consumer string, at position.Position) *Subscription {
	t.Helper()
	s, err := c.Subscribe(t.Context(), consumer, "shardId-000000000000", at)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
