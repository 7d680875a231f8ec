package awsconf

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func TestAccount(t *testing.T) {
	const told = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>210987654321</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
	for _, c := range []struct {
		name, known string
		code        int
		want        string
		asks        bool
	}{
		{"the credentials tell", "123456789012", 200, "123456789012", false},
		{"STS tells", "", 200, "210987654321", true},
		{"nobody tells", "", 403, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := false
			sts := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				asked = strings.Contains(string(body), "Action=GetCallerIdentity")
				w.WriteHeader(c.code)
				_, _ = io.WriteString(w, told)
			})
			cfg := InProcess(sts, "us-east-1")
			cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
				return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b", AccountID: c.known}, nil
			})
			if got := Account(t.Context(), cfg); got != c.want || asked != c.asks {
				t.Errorf("%q, asked %v", got, asked)
			}
		})
	}
}
