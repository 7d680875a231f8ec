package services

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesisanalyticsv2"
	"github.com/aws/aws-sdk-go-v2/service/kinesisanalyticsv2/types"

	"kinspect/internal/audience"
)

const (
	listApplications    = "kinesisanalytics:ListApplications"
	describeApplication = "kinesisanalytics:DescribeApplication"
	// applicationsPage is the most that one list gives.
	//
	// https://docs.aws.amazon.com/managed-flink/latest/apiv2/API_ListApplications.html
	applicationsPage = 50
)

// applications are all of the account and region, and the error why not: which of
// them read a stream only their descriptions tell.
func (s *Services) applications(ctx context.Context) ([]audience.Application, error) {
	if s == nil {
		return nil, s.reachable("Managed Flink", "", nil)
	}
	client := kinesisanalyticsv2.NewFromConfig(s.cfg)
	if err := s.reachable("Managed Flink", "AWS_ENDPOINT_URL_KINESIS_ANALYTICS_V2", client.Options().BaseEndpoint); err != nil {
		return nil, err
	}
	t := &turns{}
	names, err := applicationNames(ctx, client, t)
	if err != nil {
		return nil, err
	}
	return describe(ctx, t, names, func(ctx context.Context, name string) (audience.Application, error) {
		out, err := ask(ctx, describeApplication, name, func(ctx context.Context) (*kinesisanalyticsv2.DescribeApplicationOutput, error) {
			return client.DescribeApplication(ctx, &kinesisanalyticsv2.DescribeApplicationInput{ApplicationName: &name})
		})
		if err != nil || out.ApplicationDetail == nil {
			return audience.Application{Name: name}, err
		}
		return application(name, *out.ApplicationDetail), nil
	})
}

func applicationNames(ctx context.Context, client *kinesisanalyticsv2.Client, t *turns) (names []string, err error) {
	in := &kinesisanalyticsv2.ListApplicationsInput{Limit: aws.Int32(applicationsPage)}
	for {
		if err := t.next(ctx); err != nil {
			return nil, err
		}
		out, err := ask(ctx, listApplications, "", func(ctx context.Context) (*kinesisanalyticsv2.ListApplicationsOutput, error) {
			return client.ListApplications(ctx, in)
		})
		if err != nil {
			return nil, err
		}
		for _, summary := range out.ApplicationSummaries {
			names = append(names, aws.ToString(summary.ApplicationName))
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return names, nil
		}
	}
}

// application is one without the SDK's types. Its properties are in the order of their
// groups and keys.
func application(name string, d types.ApplicationDetail) audience.Application {
	taken := audience.Application{
		Name: name, ARN: aws.ToString(d.ApplicationARN), Status: string(d.ApplicationStatus),
		CreatedAt: aws.ToTime(d.CreateTimestamp), SQL: strings.HasPrefix(string(d.RuntimeEnvironment), "SQL-"),
	}
	configured := d.ApplicationConfigurationDescription
	if configured == nil {
		return taken
	}
	if sql := configured.SqlApplicationConfigurationDescription; sql != nil {
		for _, in := range sql.InputDescriptions {
			taken.Inputs = append(taken.Inputs, input(in))
		}
	}
	if environment := configured.EnvironmentPropertyDescriptions; environment != nil {
		for _, group := range environment.PropertyGroupDescriptions {
			for _, key := range slices.Sorted(maps.Keys(group.PropertyMap)) {
				taken.Properties = append(taken.Properties, audience.Property{Group: aws.ToString(group.PropertyGroupId), Key: key, Value: group.PropertyMap[key]})
			}
		}
	}
	return taken
}

func input(in types.InputDescription) (taken audience.Input) {
	if of := in.KinesisStreamsInputDescription; of != nil {
		taken.StreamARN = aws.ToString(of.ResourceARN)
	}
	if at := in.InputStartingPositionConfiguration; at != nil {
		taken.StartingPosition = string(at.InputStartingPosition)
	}
	return taken
}
