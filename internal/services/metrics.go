package services

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"kinspect/internal/awsconf"
	"kinspect/internal/metric"
)

const (
	getMetricData = "cloudwatch:GetMetricData"
	// metricsTime is how long after the first page another is asked for. With the last
	// call's own time it keeps CloudWatch within 30 s.
	metricsTime = 15 * time.Second
	// metricPagesMax bounds the pages of what is one call's datapoints.
	metricPagesMax = 100
)

// Metrics are what CloudWatch counted of a stream of an account in the periods. It knows
// streams by their names, and those of the credentials' account, which must be that. Where
// it has no datapoint the sum is unknown. Errors are *Unasked and *stream.Error.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
func (s *Services) Metrics(ctx context.Context, name, account string, p metric.Periods) ([]metric.Series, error) {
	if s == nil {
		return nil, s.reachable("CloudWatch", "", nil)
	}
	client := cloudwatch.NewFromConfig(s.cfg)
	if err := s.reachable("CloudWatch", "AWS_ENDPOINT_URL_CLOUDWATCH", client.Options().BaseEndpoint); err != nil {
		return nil, err
	}
	ours, matters := s.account(ctx)
	switch {
	case matters && account != "" && ours == "":
		return nil, &Unasked{"nobody tells of which account the credentials are (sts:GetCallerIdentity), and CloudWatch knows streams by their names"}
	case matters && account != "" && ours != account:
		return nil, &Unasked{fmt.Sprintf("the stream is of account %s, and what the credentials of %s may see is of streams of that", account, ours)}
	}
	series := make([]metric.Series, len(metric.Names))
	for i, of := range metric.Names {
		series[i] = metric.Series{Metric: of, Sums: p.Unknown()}
	}
	input := metricsInput(name, p)
	began := time.Now()
	for range metricPagesMax {
		out, err := ask(ctx, getMetricData, "", func(ctx context.Context) (*cloudwatch.GetMetricDataOutput, error) {
			return client.GetMetricData(ctx, input)
		})
		if err != nil {
			return nil, err
		}
		for _, result := range out.MetricDataResults {
			if result.StatusCode == types.StatusCodeForbidden {
				return nil, &Unasked{"CloudWatch forbids a metric (" + getMetricData + ")"}
			}
			fill(series, p, result)
		}
		if input.NextToken = out.NextToken; aws.ToString(out.NextToken) == "" {
			return series, nil
		}
		if time.Since(began) > metricsTime {
			break
		}
	}
	return nil, &Unasked{"CloudWatch did not give all of the metrics in time (" + getMetricData + ")"}
}

// account is that of the credentials, and whether it matters: other endpoints than AWS'
// have the streams of one.
func (s *Services) account(ctx context.Context) (ours string, matters bool) {
	if s.kinesis != "" {
		return "", false
	}
	return awsconf.Account(ctx, s.cfg), true
}

func metricsInput(name string, p metric.Periods) *cloudwatch.GetMetricDataInput {
	input := &cloudwatch.GetMetricDataInput{StartTime: aws.Time(p.Start), EndTime: aws.Time(p.End()), ScanBy: types.ScanByTimestampAscending}
	for i, of := range metric.Names {
		input.MetricDataQueries = append(input.MetricDataQueries, types.MetricDataQuery{
			Id: aws.String(metricID(i)),
			MetricStat: &types.MetricStat{
				Metric: &types.Metric{
					Namespace: aws.String("AWS/Kinesis"), MetricName: aws.String(of),
					Dimensions: []types.Dimension{{Name: aws.String("StreamName"), Value: aws.String(name)}},
				},
				Period: aws.Int32(int32(p.Length / time.Second)), Stat: aws.String("Sum"),
			},
		})
	}
	return input
}

// metricID names a query; an answer is known by it.
func metricID(i int) string { return fmt.Sprintf("m%d", i) }

// fill enters the datapoints of an answer, which may be one of several pages.
func fill(series []metric.Series, p metric.Periods, result types.MetricDataResult) {
	for i := range series {
		if aws.ToString(result.Id) != metricID(i) {
			continue
		}
		for j, at := range result.Timestamps[:min(len(result.Timestamps), len(result.Values))] {
			if period, within := p.Index(at); within {
				series[i].Sums[period] = metric.SumOf(result.Values[j])
			}
		}
	}
}
