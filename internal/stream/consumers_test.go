package stream

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
)

// All pages are read, on AWS, which gives a token with each page but the last, and on
// kinesis-local, which gives one with the last, and then nothing.
func TestListConsumers(t *testing.T) {
	const arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
	for name, c := range map[string]struct {
		pages []string
		want  []string
	}{
		"none":                {[]string{`{"Consumers":[]}`}, nil},
		"pages":               {[]string{page("a", "1"), page("b", "2"), page("c", "")}, []string{"a", "b", "c"}},
		"a token at the end":  {[]string{page("a", "1"), `{"Consumers":[],"NextToken":null}`}, []string{"a"}},
		"a token without end": {[]string{page("a", "1"), page("a", "1"), page("b", "")}, []string{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			client := clientOf(func(r *http.Request) (*http.Response, error) {
				var in struct{ StreamARN, NextToken string }
				body, _ := io.ReadAll(r.Body)
				if err := json.Unmarshal(body, &in); err != nil || in.StreamARN != arn || (in.NextToken != "") != (calls > 0) {
					t.Errorf("call %d: %s", calls, body)
				}
				calls++
				return answer(200, http.Header{}, c.pages[calls-1])(r)
			})
			all, err := client.ListConsumers(t.Context(), arn)
			var names []string
			for _, listed := range all {
				names = append(names, listed.Name)
				if listed.Status != ConsumerActive || listed.ARN == "" || listed.CreatedAt.Unix() != 1795905527 {
					t.Errorf("listed %+v", listed)
				}
			}
			if err != nil || !slices.Equal(names, c.want) {
				t.Errorf("%q, %v; want %q", names, err, c.want)
			}
		})
	}
}

// page lists one consumer, and gives a token if there is one.
func page(name, token string) string {
	return fmt.Sprintf(`{"Consumers":[{"ConsumerName":%q,"ConsumerARN":"arn","ConsumerStatus":"ACTIVE","ConsumerCreationTimestamp":1795905527.123}],"NextToken":%q}`, name, token)
}
