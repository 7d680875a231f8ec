package awsconf

import (
	"context"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
)

// --endpoint-url is the stream's alone.
func TestAround(t *testing.T) {
	for _, c := range []struct {
		name, flag, all, one string
		want                 string
	}{
		{"nothing is named", "", "", "", ""},
		{"the stream's is named", "http://stream", "", "", ""},
		{"that and all", "http://stream", "http://all", "", "http://all"},
		{"that and the service's", "http://stream", "", "http://one", "http://one"},
		{"that and both", "http://stream", "http://all", "http://one", "http://one"},
		{"all, and the service's", "", "http://all", "http://one", "http://one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			alone(t, account())
			for name, url := range map[string]string{"AWS_ENDPOINT_URL": c.all, "AWS_ENDPOINT_URL_DYNAMODB": c.one} {
				t.Setenv(name, url)
				if url == "" { // which the SDK tells from an empty one
					os.Unsetenv(name)
				}
			}
			o := Options{EndpointURL: c.flag}
			cfg, err := Load(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			around := Around(cfg, o)
			if got := aws.ToString(dynamodb.NewFromConfig(around).Options().BaseEndpoint); got != c.want {
				t.Errorf("DynamoDB is asked at %q, want %q", got, c.want)
			}
			if got := aws.ToString(kinesis.NewFromConfig(cfg).Options().BaseEndpoint); c.flag != "" && got != c.flag {
				t.Errorf("Kinesis is asked at %q, want %q", got, c.flag)
			}
		})
	}
}
