package services

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"kinspect/internal/audience"
	"kinspect/internal/stream"
)

// wire answers what is asked of services, without a socket, so that no time passes but
// where one waits.
type wire func(action, asked string) (status int, text string)

func (w wire) Do(r *http.Request) (*http.Response, error) {
	action, body := "ListEventSourceMappings", []byte(nil)
	if _, target, targeted := strings.Cut(r.Header.Get("X-Amz-Target"), "."); targeted {
		action = target
	}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	status, text := w(action, r.URL.RawQuery+string(body))
	answer := httptest.NewRecorder()
	if status != http.StatusOK {
		kind, _, _ := strings.Cut(text, ":")
		answer.Header().Set("X-Amzn-Errortype", kind)
		text = fmt.Sprintf(`{"__type":%q,"message":%q}`, kind, text)
	}
	answer.WriteHeader(status)
	_, _ = io.WriteString(answer, text)
	return answer.Result(), nil
}

// answering are services that answer so.
func answering(w wire) *Services {
	return &Services{cfg: aws.Config{
		Region: "eu-west-1", HTTPClient: w, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}}
}

// recorded answers each action by its files in testdata, one after another, and the last
// one for good.
func recorded(t *testing.T, asked *[]string) wire {
	n := map[string]int{}
	return func(action, text string) (int, string) {
		*asked = append(*asked, action+" "+text)
		files, err := filepath.Glob("testdata/*." + action + ".*json") // .2.json sorts before .json
		if err != nil || len(files) == 0 {
			t.Errorf("no answer to %s", action)
			return http.StatusNotFound, "ResourceNotFoundException"
		}
		name := strings.TrimSuffix(strings.TrimSuffix(files[0], ".json"), ".2")
		if n[action]++; n[action] > 1 {
			name += ".2"
		}
		answer, err := os.ReadFile(name + ".json")
		if err != nil {
			t.Error(err)
		}
		return http.StatusOK, string(answer)
	}
}

const orders = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"

var tenToTen = time.Unix(1764324000, 0).UTC() // of a day in 2025

// Everything that is read of Lambda's answers arrives: of all pages and sources, and of
// each mapping once.
func TestMappings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		got, err := answering(recorded(t, &asked)).mappings(t.Context(), []string{orders, orders + "/consumer/audit:1"})
		three := 3
		want := []audience.Mapping{{
			ARN: "arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:14e0db71-5d35-4eb5-b481-8945cf9d10c2", FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:ship", SourceARN: orders,
			State: "Enabled", Transition: "User action", LastResult: "PROBLEM: Function call failed", ModifiedAt: tenToTen.Add(time.Second / 2), StartingPosition: "LATEST", Parallel: 1,
			Filters: []string{`{"data":{"kind":["paid"]}}`, `{"partitionKey":["1"]}`}, RecordAgeMax: time.Hour, Retries: &three, Bisected: true, Itemized: true, OnFailure: "arn:aws:sqs:eu-west-1:123456789012:lost",
		}, {
			FunctionARN: "arn:aws:lambda:eu-west-1:123456789012:function:count:live", SourceARN: orders,
			State: "Disabled", Transition: "User initiated", LastResult: "No records processed", ModifiedAt: tenToTen.Add(time.Minute), StartingPosition: "AT_TIMESTAMP", StartingAt: tenToTen.Add(-time.Hour),
			FiltersHidden: true, FilterError: "the key is disabled",
		}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
		if len(asked) != 3 || !strings.Contains(asked[0], "stream%2Forders") || !strings.Contains(asked[1], "Marker=more") || !strings.Contains(asked[2], "consumer%2Faudit") || strings.Contains(asked[2], "Marker") {
			t.Errorf("asked %q", asked)
		}
	})
}

// Of all Firehose streams with a Kinesis stream for a source those of this one are kept.
func TestDeliveryStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		got, err := answering(recorded(t, &asked)).deliveryStreams(t.Context(), orders)
		want := []audience.DeliveryStream{{
			Name: "lake", ARN: "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake", Status: "CREATING_FAILED", StartedAt: tenToTen.Add(750 * time.Millisecond), Failure: "the key is disabled",
		}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
		for i, text := range []string{`"DeliveryStreamType":"KinesisStreamAsSource"`, `"ExclusiveStartDeliveryStreamName":"others"`, `"lake"`, `"others"`, `"search"`} {
			if len(asked) != 5 || !strings.Contains(asked[i], text) {
				t.Errorf("asked %q", asked)
			}
		}
	})
}

// What tells an application's streams arrives: inputs of SQL, and properties.
func TestApplications(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		got, err := answering(recorded(t, &asked)).applications(t.Context())
		want := []audience.Application{{
			Name: "sums", ARN: "arn:aws:kinesisanalytics:eu-west-1:123456789012:application/sums", Status: "RUNNING", CreatedAt: tenToTen.Add(-time.Hour), SQL: true,
			Inputs: []audience.Input{{StartingPosition: "NOW"}, {StreamARN: orders, StartingPosition: "TRIM_HORIZON"}},
		}, {
			Name: "joins", ARN: "arn:aws:kinesisanalytics:eu-west-1:123456789012:application/joins", Status: "READY", CreatedAt: tenToTen,
			Properties: []audience.Property{{Group: "out", Key: "stream.name", Value: "sums"}, {Group: "in", Key: "aws.region", Value: "eu-west-1"}, {Group: "in", Key: "stream.name", Value: "orders"}},
		}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
		if len(asked) != 4 || !strings.Contains(asked[1], `"NextToken":"more"`) || !strings.Contains(asked[2], `"sums"`) || !strings.Contains(asked[3], `"joins"`) {
			t.Errorf("asked %q", asked)
		}
	})
}

// What cannot be asked is said once of each kind, with the permission where one is missing,
// and nothing is asked of AWS about a stream that is not there.
func TestConsumersNotChecked(t *testing.T) {
	refused := answering(func(string, string) (int, string) { return 400, "AccessDeniedException: no" })
	elsewhere := answering(func(action, _ string) (int, string) {
		if action != "ListStreamConsumers" {
			t.Errorf("%s was asked of AWS", action)
		}
		return 400, "AccessDeniedException: no"
	})
	elsewhere.kinesis = "http://127.0.0.1:1"
	for _, c := range []struct {
		what string
		s    *Services
		arn  string
		why  []string
	}{
		{"all are refused", refused, orders, []string{
			"access denied (kinesis:ListStreamConsumers)", "access denied (lambda:ListEventSourceMappings)",
			"access denied (firehose:ListDeliveryStreams)", "access denied (kinesisanalytics:ListApplications)",
		}},
		{"another endpoint", elsewhere, orders, []string{
			"access denied (kinesis:ListStreamConsumers)",
			"the stream is at http://127.0.0.1:1, and AWS_ENDPOINT_URL_LAMBDA names no Lambda beside it",
			"the stream is at http://127.0.0.1:1, and AWS_ENDPOINT_URL_FIREHOSE names no Firehose beside it",
			"the stream is at http://127.0.0.1:1, and AWS_ENDPOINT_URL_KINESIS_ANALYTICS_V2 names no Managed Flink beside it",
		}},
		{"an endpoint in this process", nil, orders, []string{
			"access denied (kinesis:ListStreamConsumers)", "there is no Lambda beside an endpoint in this process",
			"there is no Firehose beside an endpoint in this process", "there is no Managed Flink beside an endpoint in this process",
		}},
		{"no ARN", refused, "", []string{
			"consumers are known by the stream's ARN, which only its description tells", "consumers are known by the stream's ARN, which only its description tells",
			"consumers are known by the stream's ARN, which only its description tells", "consumers are known by the stream's ARN, which only its description tells",
		}},
	} {
		client := stream.New(refused.cfg, "orders", stream.RealTime{})
		got := c.s.Consumers(t.Context(), client, audience.Question{Name: "orders", ARN: c.arn}, nil)
		for i, kind := range []audience.Kind{audience.FanOut, audience.Lambda, audience.Firehose, audience.Flink} {
			if len(got) != 4 || got[i].Kind != kind || got[i].NotChecked != c.why[i] {
				t.Errorf("%s: %+v", c.what, got)
			}
		}
	}
}

// The consumers of our own run are no readers, and nothing reads through them.
func TestConsumersWithoutOurs(t *testing.T) {
	var asked []string
	s := answering(func(action, text string) (int, string) {
		switch action {
		case "ListStreamConsumers":
			return http.StatusOK, fmt.Sprintf(`{"Consumers":[{"ConsumerName":"ours","ConsumerARN":%q},{"ConsumerName":"audit","ConsumerARN":%q,"ConsumerStatus":"ACTIVE","ConsumerCreationTimestamp":1764324000}]}`, orders+"/consumer/ours:1", orders+"/consumer/audit:1")
		case "ListEventSourceMappings":
			asked = append(asked, text)
			return http.StatusOK, "{}"
		}
		return 400, "AccessDeniedException: no"
	})
	got := s.Consumers(t.Context(), stream.New(s.cfg, "orders", stream.RealTime{}), audience.Question{Name: "orders", ARN: orders}, []string{orders + "/consumer/ours:1"})
	if len(got) != 4 || got[0].Name != "audit" || got[0].ARN != orders+"/consumer/audit:1" || !got[0].Since.Equal(tenToTen) || !reflect.DeepEqual(got[1], audience.None(audience.Lambda)) {
		t.Errorf("%+v", got)
	}
	if len(asked) != 2 || !strings.Contains(asked[1], "audit") {
		t.Errorf("asked %q", asked)
	}
}
