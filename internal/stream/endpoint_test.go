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

// What lets somebody in stands in no verdict and no receipt.
func TestEndpointWithoutPassword(t *testing.T) {
	for given, want := range map[string]string{
		"http://user:secret@127.0.0.1:4567/a?b=c": "http://127.0.0.1:4567/a?b=c",
		"https://token@kinesis.example.org":       "https://kinesis.example.org",
		"http://127.0.0.1:4567/":                  "http://127.0.0.1:4567/",
	} {
		cfg := aws.Config{Region: "eu-west-1", Credentials: someCredentials, BaseEndpoint: &given}
		if got := New(cfg, "orders", RealTime{}).Endpoint(); got != want {
			t.Errorf("%q is told as %q", given, got)
		}
	}
}
