package stream

import (
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Endpoint returns the endpoint's URL where it is not AWS' own, else nothing. It is
// for people and receipts: a user and password in it are left out.
func (c *Client) Endpoint() string {
	endpoint := aws.ToString(c.api.Options().BaseEndpoint)
	if u, err := url.Parse(endpoint); err == nil && u.User != nil {
		u.User = nil
		return u.String()
	}
	return endpoint
}

// domainsOfAWS end the names of AWS' hosts, those of VPC endpoints among them.
//
// https://docs.aws.amazon.com/general/latest/gr/ak.html
var domainsOfAWS = []string{".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"}

// OnAWS tells whether the calls go to AWS, be it by a URL that was given.
func (c *Client) OnAWS() bool {
	endpoint := c.Endpoint()
	if endpoint == "" {
		return true
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return false // it answers no call
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".") // which ends a full name
	for _, domain := range domainsOfAWS {
		if strings.HasSuffix(host, domain) {
			return true
		}
	}
	return false
}
