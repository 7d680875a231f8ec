package services

import (
	"cmp"
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"kinspect/internal/audience"
)

const listMappings = "lambda:ListEventSourceMappings"

// mappings are the event source mappings of sources: a stream, and its registered
// consumers, through which Lambda reads by enhanced fan-out. An error leaves what was
// listed before it.
//
// https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html
func (s *Services) mappings(ctx context.Context, sources []string) (all []audience.Mapping, err error) {
	if s == nil {
		return nil, s.reachable("Lambda", "", nil)
	}
	client := lambda.NewFromConfig(s.cfg)
	if err := s.reachable("Lambda", "AWS_ENDPOINT_URL_LAMBDA", client.Options().BaseEndpoint); err != nil {
		return nil, err
	}
	known := map[string]bool{}
	t := &turns{}
	for _, source := range sources {
		in := &lambda.ListEventSourceMappingsInput{EventSourceArn: &source}
		for {
			if err := t.next(ctx); err != nil {
				return all, err
			}
			out, err := ask(ctx, listMappings, source, func(ctx context.Context) (*lambda.ListEventSourceMappingsOutput, error) {
				return client.ListEventSourceMappings(ctx, in)
			})
			if err != nil {
				return all, err
			}
			for _, m := range out.EventSourceMappings {
				if id := aws.ToString(m.UUID); !known[id] {
					known[id] = true
					all = append(all, mapping(m))
				}
			}
			if in.Marker = out.NextMarker; aws.ToString(in.Marker) == "" {
				break
			}
		}
	}
	return all, nil
}

// mapping is one without the SDK's types.
func mapping(m types.EventSourceMappingConfiguration) audience.Mapping {
	taken := audience.Mapping{
		ARN: aws.ToString(m.EventSourceMappingArn), FunctionARN: aws.ToString(m.FunctionArn), SourceARN: aws.ToString(m.EventSourceArn),
		State: aws.ToString(m.State), Transition: aws.ToString(m.StateTransitionReason), LastResult: aws.ToString(m.LastProcessingResult),
		ModifiedAt: aws.ToTime(m.LastModified), StartingPosition: string(m.StartingPosition), StartingAt: aws.ToTime(m.StartingPositionTimestamp),
		Parallel:      int(aws.ToInt32(m.ParallelizationFactor)),
		FiltersHidden: aws.ToString(m.KMSKeyArn) != "",
		RecordAgeMax:  max(0, time.Duration(aws.ToInt32(m.MaximumRecordAgeInSeconds))*time.Second), // -1 is any
		Bisected:      aws.ToBool(m.BisectBatchOnFunctionError),
	}
	if m.FilterCriteria != nil {
		for _, f := range m.FilterCriteria.Filters {
			taken.Filters = append(taken.Filters, aws.ToString(f.Pattern))
		}
	}
	if e := m.FilterCriteriaError; e != nil {
		taken.FilterError = cmp.Or(aws.ToString(e.Message), aws.ToString(e.ErrorCode))
	}
	if n := m.MaximumRetryAttempts; n != nil && *n >= 0 { // -1 is no end
		retries := int(*n)
		taken.Retries = &retries
	}
	for _, kind := range m.FunctionResponseTypes {
		taken.Itemized = taken.Itemized || kind == types.FunctionResponseTypeReportBatchItemFailures
	}
	if d := m.DestinationConfig; d != nil && d.OnFailure != nil {
		taken.OnFailure = aws.ToString(d.OnFailure.Destination)
	}
	return taken
}
