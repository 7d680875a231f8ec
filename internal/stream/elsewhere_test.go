package stream

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// regional is an HTTP client before the regions of AWS: what each answers, by the
// host's name, and whom it was signed for.
type regional struct {
	mu    sync.Mutex
	asked []string
	do    func(region string, r *http.Request) (*http.Response, error)
}

func (c *regional) Do(r *http.Request) (*http.Response, error) {
	parts := strings.Split(r.URL.Host, ".")
	if !strings.Contains(r.Header.Get("Authorization"), "/"+parts[1]+"/kinesis/") {
		return nil, fmt.Errorf("%s is signed %s", r.URL.Host, r.Header.Get("Authorization"))
	}
	c.mu.Lock()
	c.asked = append(c.asked, r.URL.Host)
	c.mu.Unlock()
	return c.do(parts[1], r)
}

func (c *regional) client(region, name string) *Client {
	return New(aws.Config{Region: region, HTTPClient: c, Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")}, name, RealTime{})
}

func TestElsewhere(t *testing.T) { synctest.Test(t, elsewhere) }

func elsewhere(t *testing.T) {
	const described = `{"StreamDescriptionSummary":{"StreamName":"orders"}}`
	at := &regional{do: func(region string, r *http.Request) (*http.Response, error) {
		switch region {
		case "us-east-1", "eu-south-2":
			return answer(200, http.Header{}, described)(r)
		case "us-west-2":
			return refusal(400, "AccessDeniedException")(r)
		case "ap-east-1":
			return refusal(400, "UnrecognizedClientException")(r)
		case "sa-east-1": // never answers
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		return refusal(400, "ResourceNotFoundException")(r)
	}}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if got := at.client("eu-west-1", "orders").Elsewhere(ctx); !slices.Equal(got, []string{"us-east-1", "eu-south-2"}) {
		t.Errorf("%q", got)
	}
	if len(at.asked) != len(Regions("eu-west-1"))-1 || slices.Contains(at.asked, "kinesis.eu-west-1.amazonaws.com") {
		t.Errorf("asked %q", at.asked)
	}
}

// China has its own accounts, and an endpoint its own streams.
func TestElsewhereStaysWithinThePartition(t *testing.T) {
	at := &regional{do: func(_ string, r *http.Request) (*http.Response, error) {
		return refusal(400, "ResourceNotFoundException")(r)
	}}
	at.client("cn-north-1", "orders").Elsewhere(context.Background())
	if !slices.Equal(at.asked, []string{"kinesis.cn-northwest-1.amazonaws.com.cn"}) {
		t.Errorf("asked %q", at.asked)
	}
	at.asked = nil
	at.client("eu-west-1", "arn:aws:kinesis:eu-west-1:123456789012:stream/orders").Elsewhere(context.Background())
	clientOf(func(*http.Request) (*http.Response, error) { panic("another region was asked for") }).Elsewhere(context.Background())
	if at.asked != nil {
		t.Errorf("asked %q", at.asked)
	}
}

func TestListStreams(t *testing.T) {
	pages := 0
	client := clientOf(func(r *http.Request) (*http.Response, error) {
		body, _ := io.ReadAll(r.Body)
		switch pages++; {
		case pages == 1:
			return answer(200, http.Header{}, `{"StreamNames":["a","b"],"HasMoreStreams":true}`)(r)
		case !strings.Contains(string(body), `"ExclusiveStartStreamName":"b"`):
			t.Errorf("asked for %s", body)
		}
		return answer(200, http.Header{}, `{"StreamNames":["c"],"HasMoreStreams":false}`)(r)
	})
	if names, err := client.ListStreams(context.Background()); err != nil || !slices.Equal(names, []string{"a", "b", "c"}) {
		t.Errorf("%q, %v", names, err)
	}
	endless := clientOf(func(r *http.Request) (*http.Response, error) {
		return answer(200, http.Header{}, `{"StreamNames":["a"],"HasMoreStreams":true}`)(r)
	})
	if names, err := endless.ListStreams(context.Background()); err != nil || len(names)*namesPerPage != 10_000 {
		t.Errorf("%d names, %v", len(names), err)
	}
	pages = 0
	cut := clientOf(func(r *http.Request) (*http.Response, error) {
		if pages++; pages > 1 {
			return refusal(400, "ExpiredTokenException")(r)
		}
		return answer(200, http.Header{}, `{"StreamNames":["a"],"HasMoreStreams":true}`)(r)
	})
	if names, err := cut.ListStreams(context.Background()); err == nil || !slices.Equal(names, []string{"a"}) {
		t.Errorf("%q, %v", names, err)
	}
	hollow := clientOf(answer(200, http.Header{}, `{"StreamNames":[],"HasMoreStreams":true}`))
	if names, err := hollow.ListStreams(context.Background()); err != nil || len(names) != 0 {
		t.Errorf("%q, %v", names, err)
	}
}
