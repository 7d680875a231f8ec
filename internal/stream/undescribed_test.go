package stream

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"kinspect/internal/record"
	"kinspect/internal/shard"
)

// listedShard is a shard of a listing.
func listedShard(id, parent, starting string) string {
	return `{"ShardId":"` + id + `","ParentShardId":"` + parent + `","HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"1"},"SequenceNumberRange":{"StartingSequenceNumber":"` + starting + `"}}`
}

// A denied description leaves what holds of any stream, and of its creation what
// its shards tell; what else fails is an error as ever.
func TestDescriptionDenied(t *testing.T) {
	const old, young = "49645000000000000000000000000000000000000000000000000002", "49680500934301976944503680645585355228356312349852827714"
	createdAt := func(number string) time.Time {
		at, told := shard.Shard{Starting: record.SequenceNumber(number)}.OpenedAt()
		if !told {
			t.Fatalf("%s tells no time", number)
		}
		return at
	}
	for _, c := range []struct {
		name, refusal, shards string
		created               time.Time
		problem               Problem // of the error; Other: none
	}{
		{name: "two roots", shards: listedShard("a", "", old) + "," + listedShard("b", "", young), created: createdAt(young)},
		{name: "a root and its child", shards: listedShard("a", "", old) + "," + listedShard("b", "a", young), created: createdAt(old)},
		{name: "only children", shards: listedShard("b", "a", young)},
		{name: "a root that does not tell", shards: listedShard("a", "", "7"), created: noon},
		{name: "denied too", refusal: "AccessDeniedException", created: noon},
		{name: "being created", refusal: "ResourceInUseException", problem: InUse},
		{name: "no such stream", refusal: "ResourceNotFoundException", problem: NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := clientOf(func(r *http.Request) (*http.Response, error) {
				switch {
				case strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".DescribeStreamSummary"):
					return refusal(400, "AccessDeniedException")(r)
				case c.refusal != "":
					return refusal(400, c.refusal)(r)
				}
				return answer(200, http.Header{}, `{"Shards":[`+c.shards+`]}`)(r)
			})
			s, err := client.Describe(context.Background())
			var failed *Error
			if errors.As(err, &failed); c.problem != Other {
				if failed == nil || failed.Problem != c.problem {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil || s.Denied == nil || s.Denied.Action != "kinesis:DescribeStreamSummary" {
				t.Fatalf("%+v, %v", s, err)
			}
			if !s.CreatedAt.Equal(c.created) || s.Retention != 24*time.Hour || s.RecordBytesMax != 10<<20 || s.Account != "" {
				t.Errorf("%+v, want creation at %s", s, c.created)
			}
		})
	}
}

// An ARN tells whose the stream is, and where.
func TestDescriptionDeniedOfAnARN(t *testing.T) {
	const arn = "arn:aws:kinesis:us-west-2:210987654321:stream/orders"
	client := New(aws.Config{
		Region: "us-west-2", HTTPClient: refusal(400, "AccessDeniedException"), Credentials: someCredentials, BaseEndpoint: aws.String("http://test"),
	}, arn, &settable{noon})
	s, err := client.Describe(context.Background())
	if err != nil || s.ARN != arn || s.Account != "210987654321" || s.Region != "us-west-2" || s.Name != "orders" {
		t.Errorf("%+v, %v", s, err)
	}
}
