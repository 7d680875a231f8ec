package local

import (
	"fmt"
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

func TestCallsAboutConsumersHaveQuotas(t *testing.T) {
	for _, quotas := range []bool{true, false} {
		e := newEndpoint(t, Options{NoQuotas: !quotas})
		e.stream("orders", 1)
		ref := object{"ConsumerARN": e.register("orders", "app")}
		for range 20 {
			e.must("DescribeStreamConsumer", ref)
		}
		if w := e.ask("DescribeStreamConsumer", asJSON(ref)); (w.Code != 200) != quotas {
			t.Errorf("quotas %v: the 21st call in a second is answered %d %s", quotas, w.Code, w.Body)
		}
	}
}
