package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"kinspect/internal/peers"
)

// A whole trace against a Kinesis and a DynamoDB that others wrote. The table is of our
// making: no KCL is at hand to write one.
func TestLeaseTableOfOthers(t *testing.T) {
	tables := peers.Endpoint(t, peers.Dynalite)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", tables)
	url := endpoint(t, peers.Kinesalite)
	peers.NewClient(t, url).Create("orders", 1)
	var put struct{ ShardID, SequenceNumber string }
	r := kinspect(t, "putrec", "orders", "ord-1", "--endpoint-url", url)
	r.want(t, 0)
	if err := json.Unmarshal([]byte(r.stdout), &put); err != nil {
		t.Fatal(err)
	}
	asked := []string{"trace", "orders", "ord-1", "--endpoint-url", url, "--lease-table", "orders-app"}
	says := func(want string) {
		t.Helper()
		r := kinspect(t, asked...)
		r.want(t, 0)
		if !strings.Contains(r.stdout, want) {
			t.Errorf("it does not say %q:\n%s", want, r.stdout)
		}
	}
	says("not checked: there is no table orders-app (dynamodb:GetItem)")
	askDynamoDB(t, tables, "CreateTable", `{"TableName":"orders-app","KeySchema":[{"AttributeName":"leaseKey","KeyType":"HASH"}],
		"AttributeDefinitions":[{"AttributeName":"leaseKey","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}`)
	for !strings.Contains(askDynamoDB(t, tables, "DescribeTable", `{"TableName":"orders-app"}`), "ACTIVE") {
	}
	says("nobody reads this shard: " + put.ShardID + " is open")
	const row = `{"TableName":"orders-app","Item":{"leaseKey":{"S":%q},"checkpoint":{"S":%q},"checkpointSubSequenceNumber":{"N":"0"},"leaseCounter":{"N":"5"}}}`
	askDynamoDB(t, tables, "PutItem", fmt.Sprintf(row, put.ShardID, "TRIM_HORIZON"))
	says("not yet, and owned by nobody: nothing of " + put.ShardID + " is checkpointed")
	askDynamoDB(t, tables, "PutItem", fmt.Sprintf(row, put.ShardID, put.SequenceNumber))
	says("passed: " + put.ShardID + " is checkpointed up to " + put.SequenceNumber + ", the record that holds the event")
}

func askDynamoDB(t *testing.T, url, action, body string) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+action)
	request.Header.Set("X-Amz-Date", "20261128T000000Z")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261128/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s, %v", action, answer.Status, text, err)
	}
	return string(text)
}
