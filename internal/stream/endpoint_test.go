package stream

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func TestOnAWS(t *testing.T) {
	for endpoint, want := range map[string]bool{
		"": true,
		"https://kinesis.eu-west-1.amazonaws.com":                   true,
		"https://vpce-0123.kinesis.us-east-1.vpce.amazonaws.com/":   true,
		"https://kinesis.cn-north-1.AMAZONAWS.com.cn:443":           true,
		"https://kinesis.eu-west-1.api.aws":                         true,
		"https://kinesis.eu-west-1.amazonaws.com.":                  true,
		"http://127.0.0.1:4567":                                     false,
		"https://kinesis.us-east-1.localhost.localstack.cloud:4566": false,
		"http://amazonaws.com.example.org":                          false,
		"http://127.0.0.1:4567/kinesis.eu-west-1.amazonaws.com":     false,
	} {
		cfg := aws.Config{Region: "eu-west-1", Credentials: someCredentials}
		if endpoint != "" {
			cfg.BaseEndpoint = &endpoint
		}
		if got := New(cfg, "orders", RealTime{}).OnAWS(); got != want {
			t.Errorf("%q: on AWS is %v", endpoint, got)
		}
	}
}
