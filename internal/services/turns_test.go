package services

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// An account has more than may be looked at, some are gone by then, and others may not
// be: how many were not looked at is said, and the calls keep to their pace and time.
func TestDescribeLeaves(t *testing.T) {
	describeNth := func(t *testing.T, fails func(n int) (int, string)) (described, asked int, took time.Duration, err error) {
		names, n := make([]string, 300), 0
		for i := range names {
			names[i] = fmt.Sprintf("%q", fmt.Sprint("s", i))
		}
		list := fmt.Sprintf(`{"DeliveryStreamNames":[%s],"HasMoreDeliveryStreams":false}`, strings.Join(names, ","))
		one, err := os.ReadFile("testdata/firehose.DescribeDeliveryStream.json")
		if err != nil {
			t.Fatal(err)
		}
		var calls []time.Time
		s := answering(func(action, _ string) (int, string) {
			calls = append(calls, time.Now())
			if last := len(calls) - 6; last >= 0 && calls[last+5].Sub(calls[last]) < 999*time.Millisecond {
				t.Errorf("6 calls within %v", calls[last+5].Sub(calls[last]))
			}
			if action == "ListDeliveryStreams" {
				return http.StatusOK, list
			}
			if n++; fails != nil {
				if status, text := fails(n); status != 0 {
					return status, text
				}
			}
			return http.StatusOK, string(one)
		})
		began := time.Now()
		all, err := s.deliveryStreams(t.Context(), orders)
		return len(all), n, time.Since(began), err
	}
	for _, c := range []struct {
		what  string
		fails func(n int) (int, string)
		all   int
		asked int
		why   string
	}{
		{"too many", nil, 62, 62, "238 of 300 were not looked at: it takes more than 20s"},
		{"some that are gone", func(n int) (int, string) {
			if n%2 == 0 {
				return 400, "ResourceNotFoundException: gone"
			}
			return 0, ""
		}, 31, 62, "238 of 300 were not looked at: it takes more than 20s"},
		{"one that may not be", func(n int) (int, string) {
			if n == 7 {
				return 400, "AccessDeniedException: no"
			}
			return 0, ""
		}, 61, 62, "239 of 300 were not looked at: it takes more than 20s"},
		{"every other may not be", func(n int) (int, string) {
			if n%2 == 0 {
				return 400, "AccessDeniedException: no"
			}
			return 0, ""
		}, 31, 62, "269 of 300 were not looked at: it takes more than 20s"},
		{"none may be", func(int) (int, string) { return 400, "AccessDeniedException: no" }, 0, 3, "access denied (firehose:DescribeDeliveryStream)"},
		{"three in a row may not be", func(n int) (int, string) {
			if n > 10 {
				return 400, "AccessDeniedException: no"
			}
			return 0, ""
		}, 10, 13, "290 of 300 were not looked at: access denied (firehose:DescribeDeliveryStream)"},
	} {
		synctest.Test(t, func(t *testing.T) {
			all, asked, took, err := describeNth(t, c.fails)
			if all != c.all || asked != c.asked || err == nil || Why(err) != c.why {
				t.Errorf("%s: %d of %d asked for are there, and %q", c.what, all, asked, Why(err))
			}
			if took > 21*time.Second {
				t.Errorf("%s takes %v", c.what, took)
			}
		})
	}
}

// Lists without an end are left, and calls without an answer, within half a minute.
func TestListsEnd(t *testing.T) {
	endless := map[string]string{
		"ListEventSourceMappings": `{"EventSourceMappings":[],"NextMarker":"more"}`,
		"ListDeliveryStreams":     `{"DeliveryStreamNames":["s"],"HasMoreDeliveryStreams":true}`,
		"ListApplications":        `{"ApplicationSummaries":[],"NextToken":"more"}`,
	}
	for name, took := range map[string]time.Duration{"at once": 0, "slowly": 7 * time.Second, "hardly": 9999 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			s := answering(func(action, _ string) (int, string) { time.Sleep(took); return http.StatusOK, endless[action] })
			for what, list := range map[string]func(context.Context) error{
				"Lambda":   func(ctx context.Context) error { _, err := s.mappings(ctx, []string{orders}); return err },
				"Firehose": func(ctx context.Context) error { _, err := s.deliveryStreams(ctx, orders); return err },
				"Flink":    func(ctx context.Context) error { _, err := s.applications(ctx); return err },
			} {
				began := time.Now()
				err := list(t.Context())
				if err == nil || Why(err) != "it takes more than 20s" || time.Since(began) > 31*time.Second {
					t.Errorf("%s, %s: after %v: %v", what, name, time.Since(began), err)
				}
			}
		})
	}
}
