//go:build unix

package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/itchyny/gojq"

	"kinspect/internal/awsconf"
	"kinspect/internal/record"
	"kinspect/internal/stream"
)

// each runs a client of each shard, all at once, and returns what went wrong with one.
func each(shards int, client func(shard string) error) error {
	errs := make(chan error, shards)
	for i := range shards {
		go func() { errs <- client(fmt.Sprintf("shardId-%012d", i)) }()
	}
	for range shards {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// discard asks for all pages, and throws them away as they come: what nobody who reads
// them can beat.
func discard() error {
	s := stored()
	pem, err := os.ReadFile(os.Getenv("AWS_CA_BUNDLE"))
	if err != nil {
		return err
	}
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(pem)
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trust}, MaxIdleConnsPerHost: s.Shards, DisableCompression: true,
	}}
	return each(s.Shards, func(shard string) error {
		buffer := make([]byte, 256<<10)
		for n := range s.Pages + 1 {
			r, err := http.NewRequest(http.MethodPost, os.Getenv("AWS_ENDPOINT_URL"), bytes.NewReader(fmt.Appendf(nil, `{"ShardIterator":"%s/%d"}`, shard, n)))
			if err != nil {
				return err
			}
			r.Header.Set("X-Amz-Target", "Kinesis_20131202.GetRecords")
			answer, err := client.Do(r)
			if err != nil {
				return err
			}
			_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, answer.Body, buffer)
			_ = answer.Body.Close()
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// naive is what everybody would write: the SDK, encoding/json, gojq and fmt.
func naive() error {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		return err
	}
	query, err := gojq.Parse(os.Getenv("KINSPECT_JQ"))
	if err != nil {
		return err
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return err
	}
	api, out := kinesis.NewFromConfig(cfg), bufio.NewWriter(os.Stdout)
	var printing sync.Mutex
	err = each(stored().Shards, func(shard string) error {
		return everyRecord(api, shard, func(r types.Record) error {
			var value any
			if err := json.Unmarshal(r.Data, &value); err != nil {
				return err
			}
			outputs := code.Run(value)
			for {
				output, more := outputs.Next()
				if !more {
					return nil
				}
				text, err := gojq.Marshal(output)
				if err != nil {
					return err
				}
				printing.Lock()
				fmt.Fprintf(out, "%s\n", text)
				printing.Unlock()
			}
		})
	})
	_ = out.Flush()
	return err
}

func everyRecord(api *kinesis.Client, shard string, take func(types.Record) error) error {
	ctx := context.Background()
	begin, err := api.GetShardIterator(ctx, &kinesis.GetShardIteratorInput{StreamName: aws.String("orders"), ShardId: &shard, ShardIteratorType: types.ShardIteratorTypeTrimHorizon})
	if err != nil {
		return err
	}
	for iterator := begin.ShardIterator; ; {
		page, err := api.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: iterator})
		if err != nil {
			return err
		}
		for _, r := range page.Records {
			if err := take(r); err != nil {
				return err
			}
		}
		if len(page.Records) == 0 && *page.MillisBehindLatest == 0 {
			return nil
		}
		iterator = page.NextShardIterator
	}
}

// poll makes the calls that a tail of idle shards makes, with the client that it makes
// them with: so many for each shard, with a pause between.
func poll() error {
	calls, _ := strconv.Atoi(os.Getenv("KINSPECT_CALLS"))
	pause, _ := time.ParseDuration(os.Getenv("KINSPECT_PAUSE"))
	ctx := context.Background()
	cfg, err := awsconf.Load(ctx, awsconf.Options{})
	if err != nil {
		return err
	}
	client := stream.New(cfg, "orders", stream.RealTime{})
	s := stored()
	return each(s.Shards, func(shard string) error {
		n, _ := strconv.Atoi(shard[len(shard)-12:])
		time.Sleep(pause * time.Duration(n) / time.Duration(s.Shards))
		next := shard + "/0"
		for range calls {
			page, err := client.Records(ctx, shard, next, 0, nil, record.Take{})
			if err != nil {
				return err
			}
			next = page.Next
			time.Sleep(pause)
		}
		return nil
	})
}
