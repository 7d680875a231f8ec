package awsconf

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// accountTimeout bounds the question whose credentials they are.
const accountTimeout = 3 * time.Second

// Account returns the account of the credentials, 12 digits, or nothing where
// nobody tells. The call that this may take needs no permission.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func Account(ctx context.Context, cfg aws.Config) string {
	if ours, err := cfg.Credentials.Retrieve(ctx); err == nil && ours.AccountID != "" {
		return ours.AccountID
	}
	ctx, cancel := context.WithTimeout(ctx, accountTimeout)
	defer cancel()
	caller, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return ""
	}
	return aws.ToString(caller.Account)
}
