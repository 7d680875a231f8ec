package awsconf

import (
	"context"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
)

// alone takes the machine's own configuration away.
func alone(t *testing.T, set map[string]string) {
	t.Helper()
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE",
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KINESIS", "AWS_CA_BUNDLE", "AWS_MAX_ATTEMPTS",
	} {
		t.Setenv(name, set[name])
	}
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// account is what every call needs.
func account(more ...string) map[string]string {
	set := map[string]string{"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_REGION": "eu-west-1"}
	for i := 0; i < len(more); i += 2 {
		set[more[i]] = more[i+1]
	}
	return set
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	cases := []struct {
		name    string
		env     map[string]string
		options Options
		want    error
	}{
		{"no region", account("AWS_REGION", ""), Options{}, ErrNoRegion},
		{"no credentials", map[string]string{"AWS_REGION": "eu-west-1"}, Options{}, ErrNoCredentials},
		{"a region by flag", account("AWS_REGION", ""), Options{Region: "eu-central-1"}, nil},
		{"all there", account(), Options{}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			alone(t, c.env)
			if _, err := Load(context.Background(), c.options); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestEndpointsWithoutAScheme(t *testing.T) {
	cases := []struct{ flag, variable, value, source string }{
		{"localhost:4567", "", "", "--endpoint-url"},
		{"127.0.0.1", "", "", "--endpoint-url"},
		{"ftp://host", "", "", "--endpoint-url"},
		{"http://", "", "", "--endpoint-url"},
		{"", "AWS_ENDPOINT_URL_KINESIS", "localhost:4567", "AWS_ENDPOINT_URL_KINESIS"},
		{"", "AWS_ENDPOINT_URL", "localhost", "AWS_ENDPOINT_URL"},
		{"http://127.0.0.1:1", "AWS_ENDPOINT_URL", "localhost", ""}, // the flag wins
		{"HTTPS://host", "", "", ""},
	}
	for _, c := range cases {
		alone(t, account(c.variable, c.value))
		_, err := Load(context.Background(), Options{EndpointURL: c.flag})
		var refused *EndpointError
		if got := errors.As(err, &refused); got != (c.source != "") || got && refused.Source != c.source {
			t.Errorf("%q %s=%q: %v", c.flag, c.variable, c.value, err)
		}
	}
}

// A private authority's certificate is accepted where AWS_CA_BUNDLE names it.
func TestCABundle(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"StreamNames":["orders"],"HasMoreStreams":false}`))
	}))
	defer server.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(bundle, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	list := func(env map[string]string) error {
		alone(t, env)
		cfg, err := Load(context.Background(), Options{EndpointURL: server.URL})
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_, err = kinesis.NewFromConfig(cfg).ListStreams(ctx, &kinesis.ListStreamsInput{}, func(o *kinesis.Options) { o.RetryMaxAttempts = 1 })
		return err
	}
	if err := list(account("AWS_CA_BUNDLE", bundle)); err != nil {
		t.Error(err)
	}
	if list(account()) == nil {
		t.Error("an unknown authority was trusted")
	}
}

// A context that has ended makes no call.
func TestInProcessStops(t *testing.T) {
	called := false
	cfg := InProcess(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }), "us-east-1")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := kinesis.NewFromConfig(cfg).ListStreams(ctx, &kinesis.ListStreamsInput{}); err == nil || called {
		t.Errorf("%v, called %v", err, called)
	}
}
