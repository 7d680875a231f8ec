package local

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// register registers a consumer and gives its ARN.
func (e *endpoint) register(stream, name string) string {
	e.Helper()
	c := e.must("RegisterStreamConsumer", object{"StreamARN": arn + stream, "ConsumerName": name})["Consumer"].(object)
	return c["ConsumerARN"].(string)
}

// consumerStatus is the status of a consumer that exists.
func (e *endpoint) consumerStatus(ref object) any {
	e.Helper()
	return e.must("DescribeStreamConsumer", ref)["ConsumerDescription"].(object)["ConsumerStatus"]
}

func TestAConsumersLife(t *testing.T) {
	e := newEndpoint(t, Options{Transition: time.Minute})
	e.stream("orders", 1)
	e.clock.advance(time.Minute)
	e.clock.advance(time.Minute)
	id := e.register("orders", "app")
	if want := arn + "orders/consumer/app:1795435320"; id != want {
		t.Errorf("ARN %s, want %s", id, want)
	}
	byARN, byName := object{"ConsumerARN": id}, object{"StreamARN": arn + "orders", "ConsumerName": "app"}
	for _, ref := range []object{byARN, byName} {
		if got := e.consumerStatus(ref); got != creating {
			t.Errorf("%v of a new consumer", got)
		}
	}
	e.fails("RegisterStreamConsumer", byName, "ResourceInUseException",
		"Consumer app of stream orders under account 123456789012 already exists.")
	e.clock.advance(time.Minute)
	if got := e.consumerStatus(byARN); got != active {
		t.Errorf("%v after the transition", got)
	}
	e.must("DeregisterStreamConsumer", byName)
	if got := e.consumerStatus(byARN); got != deleting {
		t.Errorf("%v after deregistering", got)
	}
	e.clock.advance(time.Minute)
	e.fails("DescribeStreamConsumer", byARN, "ResourceNotFoundException",
		"Consumer app of stream orders under account 123456789012 not found.")
	if again := e.register("orders", "app"); again == id {
		t.Error("the next consumer of that name has the same ARN")
	}
	e.fails("DescribeStreamConsumer", byARN, "ResourceNotFoundException",
		"Consumer app of stream orders under account 123456789012 not found.")
}

func TestConsumersHaveLimits(t *testing.T) {
	e := newEndpoint(t, Options{Transition: time.Minute, NoQuotas: true})
	e.stream("orders", 1)
	e.clock.advance(time.Minute)
	for i := range 20 {
		if i%5 == 0 {
			e.clock.advance(time.Minute)
		}
		e.register("orders", fmt.Sprintf("app-%02d", i))
		if i == 4 {
			e.fails("RegisterStreamConsumer", object{"StreamARN": arn + "orders", "ConsumerName": "sixth"}, "LimitExceededException",
				"Stream orders under account 123456789012 has 5 consumers in CREATING status, the most there can be at a time.")
		}
	}
	e.clock.advance(time.Minute)
	e.fails("RegisterStreamConsumer", object{"StreamARN": arn + "orders", "ConsumerName": "one-more"}, "LimitExceededException",
		"Stream orders under account 123456789012 has 20 consumers already, the most that a stream can have.")
	summary := e.must("DescribeStreamSummary", object{"StreamName": "orders"})["StreamDescriptionSummary"].(object)
	if summary["ConsumerCount"] != 20.0 {
		t.Errorf("ConsumerCount %v", summary["ConsumerCount"])
	}

	in := object{"StreamARN": arn + "orders", "MaxResults": 13}
	first := e.must("ListStreamConsumers", in)
	in["NextToken"] = first["NextToken"]
	second := e.must("ListStreamConsumers", in)
	all := append(first["Consumers"].([]any), second["Consumers"].([]any)...)
	if len(all) != 20 || len(first["Consumers"].([]any)) != 13 || second["NextToken"] != nil {
		t.Errorf("listed %v", all)
	}
	for i, c := range all {
		if got, want := c.(object)["ConsumerName"], fmt.Sprintf("app-%02d", i); got != want {
			t.Errorf("listed %v for %s", got, want)
		}
	}
	e.fails("ListShards", object{"NextToken": first["NextToken"]}, "InvalidArgumentException", "Invalid NextToken.")
	e.clock.advance(301 * time.Second)
	e.fails("ListStreamConsumers", in, "ExpiredNextTokenException",
		"The NextToken was issued 301000 ms ago and has expired; it can be used for 300000 ms.")
}

func TestAStreamGoesWithItsConsumers(t *testing.T) {
	e := newEndpoint(t, Options{})
	e.stream("orders", 1)
	e.register("orders", "app")
	e.fails("DeleteStream", object{"StreamName": "orders"}, "ResourceInUseException",
		"DeleteStream can't delete 123456789012:orders because there are consumers associated with this data stream. "+
			"To delete orders anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the consumers "+
			"that are associated with it.")
	e.must("DeleteStream", object{"StreamName": "orders", "EnforceConsumerDeletion": true})
	e.stream("orders", 1)
	if got := e.must("ListStreamConsumers", object{"StreamARN": arn + "orders"})["Consumers"].([]any); len(got) != 0 {
		t.Errorf("a new stream has consumers: %v", got)
	}
}

// Each operation has its own quota, which a second fills again.
func TestCallsAboutConsumersHaveQuotas(t *testing.T) {
	for _, quotas := range []bool{true, false} {
		e := newEndpoint(t, Options{NoQuotas: !quotas})
		e.stream("orders", 1)
		for i := range 12 { // so as to deregister them
			if i%5 == 0 {
				e.clock.advance(time.Second)
			}
			e.register("orders", fmt.Sprintf("app-%d", i))
		}
		e.clock.advance(time.Second)
		for _, c := range []struct {
			operation string
			input     func(i int) object
			perSecond int
		}{
			{"RegisterStreamConsumer", func(i int) object { return object{"ConsumerName": fmt.Sprintf("more-%d", i)} }, 5},
			{"DescribeStreamConsumer", func(int) object { return object{"ConsumerName": "app-0"} }, 20},
			{"ListStreamConsumers", func(int) object { return object{} }, 5},
			{"DeregisterStreamConsumer", func(i int) object { return object{"ConsumerName": fmt.Sprintf("app-%d", i)} }, 5},
		} {
			input := func(i int) object {
				in := c.input(i)
				in["StreamARN"] = arn + "orders"
				return in
			}
			for i := range c.perSecond {
				e.must(c.operation, input(i))
			}
			if !quotas {
				e.must(c.operation, input(c.perSecond))
				continue
			}
			e.fails(c.operation, input(c.perSecond), "LimitExceededException", "Rate exceeded for stream orders under account 123456789012.")
			e.clock.advance(time.Second / time.Duration(c.perSecond))
			e.must(c.operation, input(c.perSecond))
		}
	}
}

// ARNs that are none are refused with the model's pattern, those of other streams and
// consumers with what there is not.
func TestConsumersARNs(t *testing.T) {
	e := newEndpoint(t, Options{NoQuotas: true})
	e.stream("orders", 1)
	id := e.register("orders", "app")
	invalid := func(value, field string, p modelPattern) string {
		return "1 validation error detected: Value '" + value + "' at '" + field + "' failed to satisfy constraint: Member must satisfy regular expression pattern: " + p.text
	}
	none := "Consumer app of stream orders under account 123456789012 not found."
	elsewhere := strings.Replace(id, "us-east-1", "eu-west-1", 1)
	for _, c := range []struct{ arn, kind, message string }{
		{"orders", "ValidationException", invalid("orders", "consumerARN", consumerARNPattern)},
		{arn + "orders", "ValidationException", invalid(arn+"orders", "consumerARN", consumerARNPattern)},
		{arn + "orders/consumer/app", "ValidationException", invalid(arn+"orders/consumer/app", "consumerARN", consumerARNPattern)},
		{id + "0", "ResourceNotFoundException", none},
		{arn + "orders/consumer/none:1795435200", "ResourceNotFoundException", strings.Replace(none, "app", "none", 1)},
		{arn + "none/consumer/app:1795435200", "ResourceNotFoundException", "Stream none under account 123456789012 not found."},
		{elsewhere, "ResourceNotFoundException", "Stream " + strings.Replace(arn, "us-east-1", "eu-west-1", 1) + "orders not found."},
	} {
		for operation, in := range map[string]object{
			"DescribeStreamConsumer":   {},
			"DeregisterStreamConsumer": {},
			"SubscribeToShard":         {"ShardId": shard0, "StartingPosition": object{"Type": "LATEST"}},
		} {
			in["ConsumerARN"] = c.arn
			e.fails(operation, in, c.kind, c.message)
		}
	}
	for operation, in := range map[string]object{"RegisterStreamConsumer": {"ConsumerName": "more"}, "ListStreamConsumers": {}} {
		e.fails(operation, in, "ValidationException", "1 validation error detected: Value 'null' at 'streamARN' failed to satisfy constraint: Member must not be null")
		in["StreamARN"] = "orders"
		e.fails(operation, in, "ValidationException", invalid("orders", "streamARN", arnPattern))
		in["StreamARN"] = arn + "none"
		e.fails(operation, in, "ResourceNotFoundException", "Stream none under account 123456789012 not found.")
	}
	const oneOrOther = "Either ConsumerARN or both StreamARN and ConsumerName should be provided."
	e.fails("DescribeStreamConsumer", object{"StreamARN": arn + "orders"}, "InvalidArgumentException", oneOrOther)
	e.fails("DeregisterStreamConsumer", object{"ConsumerName": "app"}, "InvalidArgumentException", oneOrOther)
	if got := e.consumerStatus(object{"ConsumerARN": id}); got != active {
		t.Errorf("the consumer itself is %v", got)
	}
}
