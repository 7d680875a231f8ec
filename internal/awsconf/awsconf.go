// Package awsconf turns flags and the environment into an SDK configuration:
// region, profile, endpoint, TLS, connections. It makes no Kinesis call.
package awsconf

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
)

// Options is what a user may say about the connection. Empty fields leave it to
// the SDK's default chain.
type Options struct {
	Region, Profile, EndpointURL string
}

// The reasons why there is nothing to connect with.
var (
	ErrNoRegion      = errors.New("no AWS region is set")
	ErrNoCredentials = errors.New("no AWS credentials were found")
)

// connectionsPerHost lets every shard of a wide stream keep its connection; the
// SDK's default keeps 10 and dials anew beyond.
const connectionsPerHost = 1024

// Load returns a configuration that can sign a call: its region is set and its
// credentials were retrieved once. Errors are ErrNoRegion, ErrNoCredentials, a
// *NoProfile, an *EndpointError, or what else is wrong with the configuration.
func Load(ctx context.Context, o Options) (aws.Config, error) {
	if err := checkEndpoints(o.EndpointURL); err != nil {
		return aws.Config{}, err
	}
	cfg, err := config.LoadDefaultConfig(ctx, loaders(o)...)
	var lacking config.SharedConfigProfileNotExistError
	if errors.As(err, &lacking) {
		return aws.Config{}, &NoProfile{lacking.Profile}
	}
	if err != nil {
		return aws.Config{}, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return aws.Config{}, ErrNoRegion
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return aws.Config{}, fmt.Errorf("%w: %w", ErrNoCredentials, err)
	}
	return cfg, nil
}

// Around is the configuration for the services around a stream: --endpoint-url names the
// stream's alone, and what the environment names for one service or for all is theirs.
func Around(cfg aws.Config, o Options) aws.Config {
	if o.EndpointURL == "" {
		return cfg
	}
	cfg.BaseEndpoint = nil
	if shared := os.Getenv("AWS_ENDPOINT_URL"); shared != "" {
		cfg.BaseEndpoint = &shared
	}
	cfg.ConfigSources = slices.Clone(cfg.ConfigSources)
	for i, source := range cfg.ConfigSources {
		if given, ours := source.(config.LoadOptions); ours { // which goes before the environment
			given.BaseEndpoint = ""
			cfg.ConfigSources[i] = given
		}
	}
	return cfg
}

func loaders(o Options) []func(*config.LoadOptions) error {
	chosen := []func(*config.LoadOptions) error{
		config.WithLogger(logging.Nop{}), // its warnings would tear the progress line
		config.WithHTTPClient(pollingClient()),
	}
	if o.Region != "" {
		chosen = append(chosen, config.WithRegion(o.Region))
	}
	if o.Profile != "" {
		chosen = append(chosen, config.WithSharedConfigProfile(o.Profile))
	}
	if o.EndpointURL != "" {
		chosen = append(chosen, config.WithBaseEndpoint(o.EndpointURL))
	}
	return chosen
}

// pollingClient speaks HTTP/1.1: one HTTP/2 connection is read by one
// goroutine, which halves what many shards can take in. The SDK's transport has been
// told of HTTP/2 by the time that we get it, and would still offer it to a server.
func pollingClient() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.ForceAttemptHTTP2 = false
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(true)
		t.TLSClientConfig.NextProtos = nil
		t.DialContext = dial(t.DialContext).ahead
		t.MaxIdleConns = connectionsPerHost
		t.MaxIdleConnsPerHost = connectionsPerHost
	})
}

// NoProfile is a profile that the shared configuration does not have.
type NoProfile struct{ Name string }

func (e *NoProfile) Error() string {
	return fmt.Sprintf("the AWS configuration has no profile %q", e.Name)
}

// EndpointError is an endpoint URL that cannot be called.
type EndpointError struct {
	// Source is the flag or the variable that holds the URL.
	Source, URL string
}

func (e *EndpointError) Error() string {
	return fmt.Sprintf("%s %q is not a URL such as http://127.0.0.1:4567", e.Source, e.URL)
}

// checkEndpoints refuses what the SDK accepts and then sends nowhere: a URL
// without a scheme.
func checkEndpoints(flag string) error {
	given := []EndpointError{{"--endpoint-url", flag}}
	if flag == "" {
		for _, name := range []string{"AWS_ENDPOINT_URL_KINESIS", "AWS_ENDPOINT_URL"} {
			given = append(given, EndpointError{name, os.Getenv(name)})
		}
	}
	for _, e := range given {
		if e.URL != "" && !callable(e.URL) {
			return &e
		}
	}
	return nil
}

func callable(endpoint string) bool {
	u, err := url.Parse(endpoint)
	return err == nil && u.Host != "" && (strings.EqualFold(u.Scheme, "http") || strings.EqualFold(u.Scheme, "https"))
}
