package services

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kinspect/internal/audience"
	"kinspect/internal/stream"
)

// silent answers but the list of registered consumers, which it lets wait for ever.
type silent struct{ wire }

func (s *silent) Do(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ListStreamConsumers") {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return s.wire.Do(r)
}

// A list of registered consumers that does not come is left after 10 s, as one that gave no
// answer; what needs it not is asked beside it, and Lambda after it. One that was
// interrupted says so.
func TestConsumersBounded(t *testing.T) {
	for _, c := range []struct {
		what        string
		interrupted time.Duration
		took        time.Duration
		why         []string // of registered ones, and of Lambda
	}{
		{"no answer", time.Hour, 10 * time.Second, []string{
			"kinesis:ListStreamConsumers: no answer in time",
			"those that read through registered consumers not listed here: kinesis:ListStreamConsumers: no answer in time",
		}},
		{"interrupted", 3 * time.Second, 3 * time.Second, []string{"interrupted", "interrupted"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			beside := make(chan string, 10)
			s := answering(nil)
			s.cfg.HTTPClient = &silent{func(action, _ string) (int, string) {
				beside <- fmt.Sprint(action, " ", time.Since(began))
				return http.StatusOK, `{"DeliveryStreamNames":[],"HasMoreDeliveryStreams":false,"ApplicationSummaries":[]}`
			}}
			ctx, cancel := context.WithTimeout(t.Context(), c.interrupted)
			defer cancel()
			got := s.Consumers(ctx, stream.New(s.cfg, "orders", stream.RealTime{}), audience.Question{Name: "orders", ARN: orders}, nil)
			if len(got) != 4 || got[0].NotChecked != c.why[0] || got[1].NotChecked != c.why[1] || !reflect.DeepEqual(got[2:], []audience.Consumer{audience.None(audience.Firehose), audience.None(audience.Flink)}) {
				t.Errorf("%s: %+v", c.what, got)
			}
			if took := time.Since(began); took != c.took {
				t.Errorf("%s: it takes %v", c.what, took)
			}
			close(beside)
			var asked []string
			for call := range beside {
				asked = append(asked, call)
			}
			for _, call := range []string{"ListDeliveryStreams 0s", "ListApplications 0s"} {
				if !slices.Contains(asked, call) {
					t.Errorf("%s: asked %q", c.what, asked)
				}
			}
		})
	}
}

// Where registered consumers are not listed, or not all of them, Lambda's mappings of those
// cannot be, and no Lambda is said to be none.
func TestMappingsThroughUnlisted(t *testing.T) {
	const unlisted = "those that read through registered consumers not listed here: access denied (kinesis:ListStreamConsumers)"
	page := fmt.Sprintf(`{"Consumers":[{"ConsumerName":"audit","ConsumerARN":%q}],"NextToken":"more"}`, orders+"/consumer/audit:1")
	for _, c := range []struct {
		what, page, mappings string
		names                []string // of Lambda's rows
		asked                int
	}{
		{"none of the stream", "", `{}`, []string{""}, 1},
		{"one of the stream", "", `{"EventSourceMappings":[{"UUID":"1","FunctionArn":"ship"}]}`, []string{"ship", ""}, 1},
		{"one of a consumer that is listed", page, `{"EventSourceMappings":[{"UUID":"1","FunctionArn":"ship"}]}`, []string{"ship", ""}, 2},
	} {
		asked := 0
		s := answering(func(action, text string) (int, string) {
			switch {
			case action == "ListEventSourceMappings":
				asked++
				return http.StatusOK, c.mappings
			case action == "ListStreamConsumers" && c.page != "" && !strings.Contains(text, `"NextToken":"more"`):
				return http.StatusOK, c.page
			}
			return http.StatusBadRequest, "AccessDeniedException: no"
		})
		var names []string
		var why string
		for _, row := range s.Consumers(t.Context(), stream.New(s.cfg, "orders", stream.RealTime{}), audience.Question{Name: "orders", ARN: orders}, nil) {
			if row.Kind == audience.Lambda {
				names, why = append(names, row.Name), row.NotChecked
			}
		}
		if !slices.Equal(names, c.names) || why != unlisted || asked != c.asked {
			t.Errorf("%s: %q, not checked: %q, after %d lists", c.what, names, why, asked)
		}
	}
}
