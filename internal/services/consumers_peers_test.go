package services

import (
	"bytes"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"kinspect/internal/audience"
	"kinspect/internal/peers"
	"kinspect/internal/stream"
)

// timed speaks to moto, which spells the times of applications as texts, where AWS has
// seconds.
type timed struct{}

var spelled = regexp.MustCompile(`(Timestamp": )"([^"]*)"`)

func (timed) Do(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(spelled.ReplaceAllFunc(text, func(found []byte) []byte {
		parts := spelled.FindSubmatch(found)
		at, _ := time.Parse("2006-01-02T15:04:05", string(parts[2][:19]))
		return strconv.AppendInt(parts[1], at.Unix(), 10)
	})))
	answer.ContentLength = -1
	return answer, err
}

// What others put into services that others wrote is what is listed, and none of what
// reads another stream.
func TestConsumersOfMoto(t *testing.T) {
	url := peers.Moto(t)
	made, err := exec.Command("python3", "testdata/readers.py", url).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, made)
	}
	arn := strings.TrimSpace(string(made))
	cfg := aws.Config{Region: peers.Region, BaseEndpoint: &url, HTTPClient: timed{}, Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")}
	client := stream.New(cfg, "orders", stream.RealTime{})
	event := audience.Event{ShardID: "shardId-000000000000", Number: "7", ArrivedAt: time.Now().Add(-time.Hour)}
	q := audience.Question{Name: "orders", ARN: arn, RecordBytesMax: 1 << 20, Events: []audience.Event{event}, Copies: 1}
	got := Around(cfg, client).Consumers(t.Context(), client, q, nil)

	for _, want := range []struct {
		kind                  audience.Kind
		name, state, position string
		tells                 []string // with which a sentence begins
	}{
		{audience.FanOut, "audit", "ACTIVE", "", []string{"no position is told", "it was registered at "}},
		{audience.Lambda, "ship", "Enabled", "LATEST", []string{
			"likely skipped, if the mapping was created at ", `filter: {"data":{"kind":["paid"]}}`, "records older than 1h are discarded",
			"a batch that fails is tried again 3 times, then discarded; it is split in two; the function may say which items failed", "discarded for its age, unless it was processed by ",
			"discarded batches are told to arn:aws:sqs:us-east-1:123456789012:lost: a message there whose KinesisBatchInfo has the shardId shardId-000000000000",
		}},
		{audience.Lambda, "count", "Disabled", "TRIM_HORIZON", []string{
			"it is Disabled: ", "a batch that fails is tried again until ", "it has no on-failure destination",
		}},
		{audience.Firehose, "lake", "ACTIVE", "", []string{"no position is told"}},
		{audience.Flink, "joins", "STARTING", "", []string{"it is listed since its property stream.name of the group in names the stream", "it is STARTING: ", "it was created at "}},
	} {
		i := slices.IndexFunc(got, func(c audience.Consumer) bool { return c.Kind == want.kind && c.Name == want.name })
		if i < 0 {
			t.Errorf("%s %s is not listed: %+v", want.kind, want.name, got)
			continue
		}
		c := got[i] // moto leaves DeliveryStartTimestamp out
		if c.State != want.state || c.StartingPosition != want.position || c.ARN == "" || c.Kind != audience.Firehose && time.Since(c.Since.Time).Abs() > 24*time.Hour {
			t.Errorf("%+v", c)
		}
		for _, start := range want.tells {
			if !slices.ContainsFunc(c.Tells, func(text string) bool { return strings.HasPrefix(text, start) }) {
				t.Errorf("%s does not say %q: %q", want.name, start, c.Tells)
			}
		}
	}
	silent := "the code of a Flink application names its streams, and the properties of 1 application (sums) do not name this one"
	if len(got) != 6 || got[5].NotChecked != silent {
		t.Errorf("%+v", got)
	}
}
