package local_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/schemas"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"kinspect/internal/awsconf"
	"kinspect/internal/local"
)

const shard0 = "shardId-000000000000"

// fanned is a stream of one shard, and a consumer of it.
type fanned struct {
	*testing.T
	client   *kinesis.Client
	arn      string // of the stream
	consumer string // its ARN
}

func newFanned(t *testing.T, client *kinesis.Client, transition time.Duration) *fanned {
	t.Helper()
	f := &fanned{T: t, client: client}
	if _, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: aws.String("orders"), ShardCount: aws.Int32(1)}); err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeStreamSummary(t.Context(), &kinesis.DescribeStreamSummaryInput{StreamName: aws.String("orders")})
	if err != nil {
		t.Fatal(err)
	}
	f.arn = *out.StreamDescriptionSummary.StreamARN
	time.Sleep(transition)
	f.consumer = f.register("reader")
	return f
}

// inBubble runs a test in a synctest's bubble, whose clock is the endpoint's.
func inBubble(t *testing.T, o local.Options, test func(*fanned)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cfg := awsconf.InProcess(local.New(o), "us-east-1")
		test(newFanned(t, kinesis.NewFromConfig(cfg, func(o *kinesis.Options) { o.Retryer = aws.NopRetryer{} }), o.Transition))
	})
}

func (f *fanned) register(name string) string {
	f.Helper()
	out, err := f.client.RegisterStreamConsumer(f.Context(), &kinesis.RegisterStreamConsumerInput{StreamARN: &f.arn, ConsumerName: &name})
	if err != nil {
		f.Fatal(err)
	}
	return *out.Consumer.ConsumerARN
}

func (f *fanned) put(data string) string {
	f.Helper()
	out, err := f.client.PutRecord(f.Context(), &kinesis.PutRecordInput{StreamName: aws.String("orders"), PartitionKey: aws.String("k"), Data: []byte(data)})
	if err != nil {
		f.Fatal(err)
	}
	return *out.SequenceNumber
}

// alone gives a subscription a protocol of its own: the SDK's has a buffer which all that
// share it write.
func alone(o *kinesis.Options) { o.Protocol = awsjson.New11(schemas.Kinesis_20131202) }

// feed is a subscription.
type feed struct {
	*testing.T
	*kinesis.SubscribeToShardEventStream
}

func (f *fanned) try(consumer string, at types.StartingPosition) (*feed, error) {
	out, err := f.client.SubscribeToShard(f.Context(), &kinesis.SubscribeToShardInput{ConsumerARN: &consumer, ShardId: aws.String(shard0), StartingPosition: &at}, alone)
	if err != nil {
		return nil, err
	}
	f.Cleanup(func() { _ = out.GetStream().Close() })
	return &feed{f.T, out.GetStream()}, nil
}

func (f *fanned) subscribe(at types.StartingPosition) *feed {
	f.Helper()
	s, err := f.try(f.consumer, at)
	if err != nil {
		f.Fatal(err)
	}
	return s
}

var fromHorizon = types.StartingPosition{Type: types.ShardIteratorTypeTrimHorizon}

func after(number string) types.StartingPosition {
	return types.StartingPosition{Type: types.ShardIteratorTypeAfterSequenceNumber, SequenceNumber: &number}
}

// next is the next event; nil when there is none any more.
func (s *feed) next() *types.SubscribeToShardEvent {
	s.Helper()
	event, more := <-s.Events()
	if !more {
		return nil
	}
	return &event.(*types.SubscribeToShardEventStreamMemberSubscribeToShardEvent).Value
}

// read is the data of the next events, up to so many records.
func (s *feed) read(records int) (data []string) {
	s.Helper()
	for len(data) < records {
		e := s.next()
		if e == nil {
			s.Fatalf("it ended after %q: %v", data, s.Err())
		}
		for _, r := range e.Records {
			data = append(data, string(r.Data))
		}
	}
	return data
}

// ends wants the end, by an exception of that name, or by none.
func (s *feed) ends(name string) {
	s.Helper()
	for s.next() != nil {
	}
	var failed smithy.APIError
	if err := s.Err(); name == "" && err != nil || name != "" && (!errors.As(err, &failed) || failed.ErrorCode() != name) {
		s.Errorf("it ended with %v, want %q", s.Err(), name)
	}
}

func (f *fanned) refused(err error, name string) {
	f.Helper()
	var failed smithy.APIError
	if !errors.As(err, &failed) || failed.ErrorCode() != name {
		f.Errorf("%v, want %s", err, name)
	}
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%q, want %q", got, want)
	}
}

// A subscription begins where it is told, and goes on with what comes, at once.
func TestSubscribeFrom(t *testing.T) {
	for _, c := range []struct {
		kind types.ShardIteratorType
		want []string
	}{
		{types.ShardIteratorTypeTrimHorizon, []string{"a", "b", "c"}},
		{types.ShardIteratorTypeAtSequenceNumber, []string{"b", "c"}},
		{types.ShardIteratorTypeAfterSequenceNumber, []string{"c"}},
		{types.ShardIteratorTypeAtTimestamp, []string{"b", "c"}},
		{types.ShardIteratorTypeLatest, nil},
	} {
		inBubble(t, local.Options{}, func(f *fanned) {
			f.put("a")
			time.Sleep(time.Second)
			second, at := f.put("b"), types.StartingPosition{Type: c.kind}
			switch c.kind {
			case types.ShardIteratorTypeAtSequenceNumber, types.ShardIteratorTypeAfterSequenceNumber:
				at.SequenceNumber = &second
			case types.ShardIteratorTypeAtTimestamp:
				at.Timestamp = aws.Time(time.Now())
			}
			time.Sleep(time.Second)
			f.put("c")
			s := f.subscribe(at)
			equal(t, s.read(len(c.want)), c.want...)
			put := time.Now()
			f.put("live")
			equal(t, s.read(1), "live")
			if took := time.Since(put); took > time.Millisecond {
				t.Errorf("%s: pushed after %s", c.kind, took)
			}
		})
	}
}

func TestSubscribeRefused(t *testing.T) {
	inBubble(t, local.Options{Transition: time.Minute}, func(f *fanned) {
		_, err := f.try(f.consumer, fromHorizon) // which is CREATING
		f.refused(err, "ResourceInUseException")
		time.Sleep(time.Minute)
		_, err = f.try(f.consumer, types.StartingPosition{Type: types.ShardIteratorTypeAfterSequenceNumber})
		f.refused(err, "InvalidArgumentException")
		_, err = f.try(f.consumer+"1", fromHorizon)
		f.refused(err, "ResourceNotFoundException")
		_, err = f.try("", fromHorizon)
		f.refused(err, "ValidationException")
	})
}

// While nothing comes, an empty event does, and what it says to continue with loses
// nothing: neither what is put later, nor what was put and cannot be read yet.
func TestHeartbeats(t *testing.T) {
	for _, late := range []time.Duration{0, 3 * time.Second} {
		inBubble(t, local.Options{Visibility: late}, func(f *fanned) {
			f.put("a")
			s := f.subscribe(fromHorizon)
			s.read(1)
			var last string
			for range 4 {
				began := time.Now()
				if last != "" { // so that it is there, and cannot be read yet, when the next one is made
					time.Sleep(4 * time.Second)
				}
				e := s.next()
				if len(e.Records) > 0 || *e.MillisBehindLatest != 0 || *e.ContinuationSequenceNumber <= last || time.Since(began) != 5*time.Second {
					t.Fatalf("after %s: %+v, continues %s after %s", time.Since(began), e, *e.ContinuationSequenceNumber, last)
				}
				last = *e.ContinuationSequenceNumber
			}
			time.Sleep(4 * time.Second)
			f.put("b")
			e := s.next() // the fifth heartbeat, or b
			if late == 0 {
				equal(t, []string{string(e.Records[0].Data)}, "b")
				return
			}
			if len(e.Records) > 0 {
				t.Fatalf("%+v can be read already", e)
			}
			_ = s.Close()
			equal(t, f.subscribe(after(*e.ContinuationSequenceNumber)).read(1), "b")
		})
	}
}

// Each consumer has 2 MiB a second of the shard, which others take nothing from.
func TestPushedAtTheQuota(t *testing.T) {
	inBubble(t, local.Options{}, func(f *fanned) {
		const records = 8
		for range records {
			f.put(strings.Repeat("x", 1<<20-1))
			time.Sleep(time.Second)
		}
		other := f.register("other")
		began := time.Now()
		one := f.subscribe(fromHorizon)
		two, err := f.try(other, fromHorizon)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan time.Duration, 2)
		for _, s := range []*feed{one, two} {
			go func() {
				s.read(records)
				done <- time.Since(began)
			}()
		}
		it, err := f.client.GetShardIterator(f.Context(), &kinesis.GetShardIteratorInput{
			StreamARN: &f.arn, ShardId: aws.String(shard0), ShardIteratorType: types.ShardIteratorTypeTrimHorizon,
		})
		if err != nil {
			t.Fatal(err)
		}
		if page, err := f.client.GetRecords(f.Context(), &kinesis.GetRecordsInput{ShardIterator: it.ShardIterator}); err != nil || len(page.Records) != records {
			t.Errorf("polled %+v, %v, want all", page, err)
		}
		for range 2 {
			if took := <-done; took < 3*time.Second || took > 4*time.Second {
				t.Errorf("8 MiB in %s", took)
			}
		}
	})
}

// A subscription lives for five minutes; none is granted within 5 s of the last, nor
// more often than once a second, and a later one takes over.
func TestSubscriptionsHaveTurns(t *testing.T) {
	inBubble(t, local.Options{}, func(f *fanned) {
		began := time.Now()
		f.subscribe(fromHorizon).ends("")
		if took := time.Since(began); took != 5*time.Minute {
			t.Errorf("it lived for %s", took)
		}
		first := f.subscribe(fromHorizon)
		time.Sleep(4 * time.Second)
		_, soon := f.try(f.consumer, fromHorizon)
		_, err := f.try(f.consumer, fromHorizon)
		f.refused(err, "LimitExceededException")
		time.Sleep(time.Second)
		second := f.subscribe(fromHorizon)
		first.ends("ResourceInUseException")
		for _, err := range []error{soon, first.Err()} {
			var inUse *types.ResourceInUseException
			if !errors.As(err, &inUse) || inUse.ErrorMessage() != "Another active subscription exists for this consumer: 123456789012:orders:"+shard0+":reader" {
				t.Errorf("while there is another: %v", err)
			}
		}
		f.put("a")
		equal(t, second.read(1), "a")
	})
}

// A shard that was closed ends with the names of those that took over, and no number to
// continue with, once it takes no writes any more.
func TestPushedToTheEnd(t *testing.T) {
	inBubble(t, local.Options{CutOver: 25 * time.Second}, func(f *fanned) {
		s := f.subscribe(fromHorizon)
		if _, err := f.client.UpdateShardCount(f.Context(), &kinesis.UpdateShardCountInput{
			StreamName: aws.String("orders"), TargetShardCount: aws.Int32(2), ScalingType: types.ScalingTypeUniformScaling,
		}); err != nil {
			t.Fatal(err)
		}
		closed := time.Now()
		time.Sleep(20 * time.Second)
		f.put("late")
		var records int
		for e := s.next(); ; e = s.next() {
			records += len(e.Records)
			if e.ContinuationSequenceNumber != nil {
				continue
			}
			if took := time.Since(closed); records != 1 || took < 25*time.Second || took > 26*time.Second || len(e.ChildShards) != 2 || len(e.ChildShards[0].ParentShards) != 1 {
				t.Errorf("ended after %s and %d records: %+v", took, records, e)
			}
			break
		}
		s.ends("")
	})
}

// What is gone ends a subscription to it.
func TestPushedUntilItIsGone(t *testing.T) {
	for _, transition := range []time.Duration{0, time.Minute} {
		for name, end := range map[string]func(*fanned) error{
			"the consumer": func(f *fanned) error {
				_, err := f.client.DeregisterStreamConsumer(f.Context(), &kinesis.DeregisterStreamConsumerInput{ConsumerARN: &f.consumer})
				return err
			},
			"the stream": func(f *fanned) error {
				_, err := f.client.DeleteStream(f.Context(), &kinesis.DeleteStreamInput{StreamARN: &f.arn, EnforceConsumerDeletion: aws.Bool(true)})
				return err
			},
		} {
			inBubble(t, local.Options{Transition: transition}, func(f *fanned) {
				time.Sleep(2 * time.Minute)
				s := f.subscribe(fromHorizon)
				time.Sleep(time.Second)
				ended := time.Now()
				if err := end(f); err != nil {
					t.Fatal(err)
				}
				s.ends("ResourceNotFoundException")
				if took := time.Since(ended); took != transition {
					t.Errorf("%s: it ended after %s", name, took)
				}
			})
		}
	}
}

// Over the wire, by HTTP/1.1 and by HTTP/2.
func TestSubscribeOverTheWire(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %v", h2), func(t *testing.T) {
			server := local.New(local.Options{})
			client := connect(t, server)
			protocols := new(http.Protocols)
			protocols.SetHTTP1(!h2)
			protocols.SetUnencryptedHTTP2(h2)
			wire := &http.Client{Transport: &http.Transport{Protocols: protocols}}
			f := newFanned(t, client, 0)
			f.client = kinesis.New(client.Options(), func(o *kinesis.Options) { o.HTTPClient = wire })
			f.put("a")
			s := f.subscribe(fromHorizon)
			equal(t, s.read(1), "a")
			f.put("b")
			equal(t, s.read(1), "b")
			if err := s.Close(); err != nil && !errors.Is(err, net.ErrClosed) { // by ourselves, while the SDK read on
				t.Error(err)
			}
			wire.CloseIdleConnections()
		})
	}
}
