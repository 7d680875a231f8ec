package stream

import (
	"context"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
)

// partitions are the regions of AWS that an account can have, by what their names
// begin with; the first is everybody's. One that is not enabled answers with a
// refusal.
//
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
var partitions = []struct {
	prefix  string
	regions []string
}{
	{"cn-", []string{"cn-north-1", "cn-northwest-1"}},
	{"us-gov-", []string{"us-gov-east-1", "us-gov-west-1"}},
	{"", []string{
		"us-east-1", "us-east-2", "us-west-1", "us-west-2",
		"eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
		"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
		"ca-central-1", "sa-east-1",
		"af-south-1", "ap-east-1", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7",
		"ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
	}},
}

// Regions lists the regions of the partition that a region belongs to.
func Regions(region string) []string {
	for _, p := range partitions {
		if strings.HasPrefix(region, p.prefix) {
			return p.regions
		}
	}
	return nil // not reached: every name begins with nothing
}

// Elsewhere returns the other regions of AWS that have a stream of this name, as
// far as they answer before the context ends and allow to say so. They are asked
// all at once. A client of one endpoint, or of an ARN, knows of no other region.
func (c *Client) Elsewhere(ctx context.Context) []string {
	if c.Endpoint() != "" || c.arn != nil {
		return nil
	}
	regions := Regions(c.Region())
	has := make([]bool, len(regions))
	var asked sync.WaitGroup
	for i, region := range regions {
		if region == c.Region() {
			continue
		}
		asked.Go(func() {
			_, err := c.api.DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamName: c.name},
				func(o *kinesis.Options) { o.Region = region })
			has[i] = err == nil
		})
	}
	asked.Wait()
	var found []string
	for i, region := range regions {
		if has[i] {
			found = append(found, region)
		}
	}
	return found
}
