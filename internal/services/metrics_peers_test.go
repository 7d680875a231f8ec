package services

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/fxamacker/cbor/v2"

	"kinspect/internal/metric"
	"kinspect/internal/peers"
)

// inJSON speaks to moto, which knows CloudWatch in JSON, and not in the CBOR that its
// SDK speaks.
type inJSON struct{}

func (inJSON) Do(r *http.Request) (*http.Response, error) {
	mode, _ := cbor.DecOptions{DefaultMapType: reflect.TypeFor[map[string]any](), TimeTag: cbor.DecTagRequired}.DecMode()
	var asked map[string]any
	if err := mode.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, err
	}
	text, err := json.Marshal(retimed(asked))
	if err != nil {
		return nil, err
	}
	again := r.Clone(r.Context())
	again.URL.Path, again.Body, again.ContentLength = "/", io.NopCloser(bytes.NewReader(text)), int64(len(text))
	again.Header.Set("Content-Type", "application/x-amz-json-1.0")
	again.Header.Set("X-Amz-Target", "GraniteServiceVersion20100801."+path.Base(r.URL.Path))
	answer, err := http.DefaultClient.Do(again)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var told any
	if body, err := io.ReadAll(answer.Body); err != nil || len(body) > 0 && json.Unmarshal(body, &told) != nil {
		return nil, fmt.Errorf("moto answers %s: %s, %v", answer.Status, body, err)
	}
	w := httptest.NewRecorder()
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.WriteHeader(answer.StatusCode)
	if told != nil {
		_, _ = w.Write(packed(told))
	}
	return w.Result(), nil
}

// packed writes CBOR, in which Timestamps are times.
func packed(told any) []byte {
	if answer, ok := told.(map[string]any); ok {
		results, _ := answer["MetricDataResults"].([]any)
		for _, result := range results {
			times := result.(map[string]any)["Timestamps"].([]any)
			for i, at := range times {
				times[i] = time.Unix(int64(at.(float64)), 0)
			}
		}
	}
	mode, _ := cbor.EncOptions{Time: cbor.TimeUnix, TimeTag: cbor.EncTagRequired}.EncMode()
	text, err := mode.Marshal(told)
	if err != nil {
		panic(err)
	}
	return text
}

// retimed has seconds since 1970 in place of times.
func retimed(value any) any {
	switch v := value.(type) {
	case time.Time:
		return v.Unix()
	case []any:
		for i := range v {
			v[i] = retimed(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = retimed(v[key])
		}
	}
	return value
}

// What is put into a CloudWatch that others wrote comes back, in its own minute and of
// its own stream.
func TestMetricsOfMoto(t *testing.T) {
	cfg := aws.Config{Region: peers.Region, BaseEndpoint: aws.String(peers.Moto(t)), HTTPClient: inJSON{}, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
	now := time.Now()
	p := metric.Over(now.Add(-5*time.Minute), now, now)
	put := func(stream, name string, period int, value float64) {
		t.Helper()
		client := cloudwatch.NewFromConfig(cfg, func(o *cloudwatch.Options) { o.DisableRequestCompression = true })
		_, err := client.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{
			Namespace: aws.String("AWS/Kinesis"),
			MetricData: []types.MetricDatum{{
				MetricName: aws.String(name), Timestamp: aws.Time(p.At(period).Add(7 * time.Second)), Value: aws.Float64(value), Unit: types.StandardUnitCount,
				Dimensions: []types.Dimension{{Name: aws.String("StreamName"), Value: aws.String(stream)}},
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("orders", metric.Incoming, 1, 30)
	put("orders", metric.Incoming, 1, 12)
	put("orders", metric.Incoming, 4, 7)
	put("orders", metric.FullShard, 4, 412)
	put("others", metric.Incoming, 2, 1000)
	s := &Services{kinesis: "http://127.0.0.1:1", cfg: cfg}
	series, err := s.Metrics(t.Context(), "orders", "", p)
	if err != nil {
		t.Fatal(err)
	}
	const no = metric.Unknown
	for i, want := range [][]metric.Sum{{no, 42, no, no, 7, no}, {no, no, no, no, 412, no}, {no, no, no, no, no, no}} {
		if !slices.Equal(series[i].Sums, want) {
			t.Errorf("%s is %v, not %v", series[i].Metric, series[i].Sums, want)
		}
	}
}
