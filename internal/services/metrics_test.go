package services

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/fxamacker/cbor/v2"

	"kinspect/internal/metric"
)

var ten = time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC)

// asked is what a call of GetMetricData holds, as CloudWatch is given it.
type asked struct {
	StartTime, EndTime time.Time
	NextToken          string
	MetricDataQueries  []struct {
		Id         string
		MetricStat struct {
			Metric struct {
				Namespace, MetricName string
				Dimensions            []struct{ Name, Value string }
			}
			Period int
			Stat   string
		}
	}
}

// beside are services of which CloudWatch answers so; the stream is at an endpoint.
func beside(t *testing.T, answer func(asked) any) *Services {
	t.Helper()
	cloudWatch := roundTripper(func(r *http.Request) (*http.Response, error) {
		var a asked
		if err := cbor.NewDecoder(r.Body).Decode(&a); err != nil {
			t.Error(err)
		}
		mode, _ := cbor.EncOptions{Time: cbor.TimeUnix, TimeTag: cbor.EncTagRequired}.EncMode()
		text, err := mode.Marshal(answer(a))
		if err != nil {
			t.Error(err)
		}
		w := httptest.NewRecorder()
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		_, _ = w.Write(text)
		return w.Result(), nil
	})
	return &Services{kinesis: "http://127.0.0.1:1", cfg: aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String("http://127.0.0.1:2"), HTTPClient: cloudWatch,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) Do(r *http.Request) (*http.Response, error) { return f(r) }

// result is a metric's datapoints, by the minute of the hour.
func result(id string, values map[int]float64) map[string]any {
	times, sums := []time.Time{}, []float64{}
	for minute, value := range values {
		times, sums = append(times, ten.Add(time.Duration(minute)*time.Minute)), append(sums, value)
	}
	return map[string]any{"Id": id, "StatusCode": "Complete", "Timestamps": times, "Values": sums}
}

var periods = metric.Periods{Start: ten, Length: time.Minute, N: 4}

// Datapoints come in any order and in pages, and each has its place; what has none is
// unknown, and what lies beyond the periods is left out.
func TestMetrics(t *testing.T) {
	calls := 0
	s := beside(t, func(a asked) any {
		calls++
		if len(a.MetricDataQueries) != len(metric.Names) || !a.StartTime.Equal(ten) || !a.EndTime.Equal(ten.Add(4*time.Minute)) {
			t.Errorf("asked for %+v", a)
		}
		for i, q := range a.MetricDataQueries {
			m := q.MetricStat.Metric
			if m.Namespace != "AWS/Kinesis" || m.MetricName != metric.Names[i] || len(m.Dimensions) != 1 || m.Dimensions[0].Name != "StreamName" || m.Dimensions[0].Value != "orders" ||
				q.MetricStat.Period != 60 || q.MetricStat.Stat != "Sum" {
				t.Errorf("asked for %+v", q)
			}
		}
		if a.NextToken == "" {
			return map[string]any{"NextToken": "more", "MetricDataResults": []any{result("m0", map[int]float64{0: 1, 3: 2, 4: 9, -1: 9}), result("m1", nil), result("m9", map[int]float64{0: 7})}}
		}
		return map[string]any{"MetricDataResults": []any{result("m1", map[int]float64{2: 412}), result("m0", map[int]float64{1: 0})}}
	})
	series, err := s.Metrics(t.Context(), "orders", "123456789012", periods)
	if err != nil || calls != 2 || len(series) != len(metric.Names) {
		t.Fatalf("%d calls, %v: %v", calls, series, err)
	}
	const no = metric.Unknown
	for i, want := range [][]metric.Sum{{1, 0, no, 2}, {no, no, 412, no}, {no, no, no, no}, {no, no, no, no}} {
		if series[i].Metric != metric.Names[i] || !slices.Equal(series[i].Sums, want) {
			t.Errorf("%s is %v, not %v", series[i].Metric, series[i].Sums, want)
		}
	}
}

// Answers of no end are left, and one that takes for ever, within half a minute.
func TestMetricsEnd(t *testing.T) {
	for name, took := range map[string]time.Duration{"at once": 0, "slowly": 7 * time.Second, "hardly": time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			s := beside(t, func(asked) any {
				return map[string]any{"NextToken": "more", "MetricDataResults": []any{}}
			})
			at := s.cfg.HTTPClient
			s.cfg.HTTPClient = roundTripper(func(r *http.Request) (*http.Response, error) {
				select {
				case <-time.After(took):
				case <-r.Context().Done():
					return nil, r.Context().Err()
				}
				return at.Do(r)
			})
			began := time.Now()
			_, err := s.Metrics(t.Context(), "orders", "", periods)
			if spent := time.Since(began); err == nil || spent > 30*time.Second || !strings.Contains(Why(err), getMetricData) {
				t.Errorf("%s: after %v: %v", name, spent, err)
			}
		})
	}
}

// refusing refuses to tell whose the credentials are, and is asked for nothing else.
type refusing struct{ t *testing.T }

func (c refusing) Do(r *http.Request) (*http.Response, error) {
	if body, _ := io.ReadAll(r.Body); !strings.Contains(string(body), "GetCallerIdentity") {
		c.t.Errorf("it was asked: %s", body)
	}
	w := httptest.NewRecorder()
	w.WriteHeader(http.StatusForbidden)
	return w.Result(), nil
}

// What cannot be asked, or must not be, is said, and nothing is asked of AWS.
func TestMetricsUnasked(t *testing.T) {
	forbidden := beside(t, func(asked) any {
		return map[string]any{"MetricDataResults": []any{map[string]any{"Id": "m0", "StatusCode": "Forbidden"}}}
	})
	elsewhere := beside(t, func(asked) any { t.Error("it was asked"); return nil })
	elsewhere.cfg.BaseEndpoint = nil
	another := beside(t, func(asked) any { t.Error("it was asked"); return nil })
	another.kinesis = ""
	another.cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test", AccountID: "210987654321"}, nil
	})
	nobodys := beside(t, func(asked) any { return nil }) // and so no account either
	nobodys.kinesis = ""
	nobodys.cfg.HTTPClient = refusing{t}
	for _, c := range []struct {
		s   *Services
		why string
	}{
		{nobodys, "nobody tells of which account the credentials are (sts:GetCallerIdentity), and CloudWatch knows streams by their names"},
		{nil, "there is no CloudWatch beside an endpoint in this process"},
		{forbidden, "CloudWatch forbids a metric (cloudwatch:GetMetricData)"},
		{elsewhere, "the stream is at http://127.0.0.1:1, and AWS_ENDPOINT_URL_CLOUDWATCH names no CloudWatch beside it"},
		{another, "the stream is of account 123456789012, and what the credentials of 210987654321 may see is of streams of that"},
	} {
		series, err := c.s.Metrics(t.Context(), "orders", "123456789012", periods)
		if series != nil || !errors.As(err, new(*Unasked)) || Why(err) != c.why {
			t.Errorf("%v, %v: not %q", series, err, c.why)
		}
	}
	if series, err := func() ([]metric.Series, error) {
		another.cfg.HTTPClient = beside(t, func(asked) any { return map[string]any{"MetricDataResults": []any{}} }).cfg.HTTPClient
		return another.Metrics(t.Context(), "orders", "210987654321", periods)
	}(); err != nil || len(series) == 0 {
		t.Errorf("of our own account: %v", err)
	}
}
