package cmd

import (
	"slices"
	"strings"

	"kinspect/internal/notice"
	"kinspect/internal/reader"
	"kinspect/internal/stream"
	"kinspect/trace/receipt"
)

// remedies is what helps against a failure, also one in mid-scan.
var remedies = map[notice.Code]string{
	notice.Credentials:   "renew the credentials, with aws sso login for instance",
	notice.KeyUnusable:   "the caller needs the permission kms:Decrypt on the stream's key, which must be enabled",
	notice.BeforeHorizon: "what has expired can only be where a consumer put it, such as Firehose's bucket",
	notice.Throttled:     "other consumers left no room to read: a shard allows all of them together 5 reads and 2 MB a second",
}

// remedy is what helps against a call that failed: what a put lacks is not what a
// read lacks.
func remedy(failed *stream.Error) string {
	switch action := failed.Action; {
	case failed.Problem == stream.KeyUnusable && action == "kinesis:PutRecords":
		return "the caller needs the permission kms:GenerateDataKey on the stream's key, which must be enabled"
	case failed.Problem == stream.Throttled && action != "kinesis:GetRecords":
		return "all callers in the account made too many such calls together: try again in a while"
	}
	return remedies[reader.Code(failed.Problem)]
}

// permission is what helps against a refused action, such as
// kinesis:GetRecords.
func permission(action string) string {
	on := " on the stream"
	if slices.Contains(ofConsumers, action) {
		on += "'s consumers, its ARN with /consumer/* behind it"
	}
	return "the caller needs the permission " + strings.TrimSpace(action) + on
}

// ofConsumers are the actions whose resource is a consumer.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisdatastreams.html
var ofConsumers = []string{"kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard", "kinesis:DeregisterStreamConsumer"}

// mendable is what a later scan may find mended.
var mendable = []notice.Code{
	notice.Interrupted, notice.Time, notice.Credentials, notice.AccessDenied, notice.KeyUnusable,
	notice.Throttled, notice.Unavailable, notice.EndUnexplained, notice.Listing,
}

// tellRemedies prints what helps an inconclusive verdict, each hint once.
func (a *app) tellRemedies(f *traceFlags, r receipt.Receipt) {
	a.remedy(r.Reasons)
	if !r.Undescribed() && slices.ContainsFunc(r.Reasons, func(n notice.Notice) bool { return slices.Contains(mendable, n.Code) }) {
		a.hint(resumptionOf(r, f.receipt))
	}
}

// remedy prints what helps against failures, each hint once.
func (a *app) remedy(reasons []notice.Notice) {
	var hints []string
	for _, reason := range reasons {
		hints = append(hints, remedies[reason.Code])
		if _, action, denied := strings.Cut(reason.Text, "access denied ("); denied && reason.Code == notice.AccessDenied {
			hints = append(hints, permission(strings.TrimSuffix(action, ")")))
		}
	}
	slices.Sort(hints)
	for _, hint := range slices.Compact(hints) {
		if hint != "" {
			a.hint(hint)
		}
	}
}

// resumptionOf is resumption of a part where the receipt was merged of several.
func resumptionOf(r receipt.Receipt, path string) string {
	if r.Joined != nil {
		return "trace --resume with the receipt of a part reads only what that is missing; then merge again"
	}
	return resumption(path)
}

// resumption tells how to go on from a receipt, or how to come by one.
func resumption(path string) string {
	if path == "" {
		return "keep a receipt with --receipt FILE; then --resume FILE reads only what is missing"
	}
	return "--resume " + path + " reads only what is missing"
}
