package consumer

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"kinspect/internal/stream"
)

// How long a consumer is CREATING, and DELETING.
const (
	creatingFor = 2500 * time.Millisecond
	deletingFor = 2 * time.Second
)

// registry keeps the consumers of one stream by AWS' rules, as long as
// internal/local does not: 20 of them, of which 5 may be CREATING, 5 calls a second to
// register, and 5 to remove one that is ACTIVE.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeregisterStreamConsumer.html
type registry struct {
	mu    sync.Mutex
	kept  map[string]*kept
	calls map[string][]time.Time // by operation, those that are limited
}

type kept struct{ registered, removed time.Time }

func (k *kept) status() string {
	switch {
	case !k.removed.IsZero():
		return stream.ConsumerDeleting
	case time.Since(k.registered) < creatingFor:
		return stream.ConsumerCreating
	}
	return stream.ConsumerActive
}

// described is a consumer as the API spells it.
type described struct {
	ConsumerName, ConsumerARN, ConsumerStatus string
	ConsumerCreationTimestamp                 int64
}

func (g *registry) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var in struct{ StreamARN, ConsumerName string }
	_ = json.NewDecoder(r.Body).Decode(&in)
	g.mu.Lock()
	defer g.mu.Unlock()
	maps.DeleteFunc(g.kept, func(_ string, k *kept) bool { return !k.removed.IsZero() && time.Since(k.removed) >= deletingFor })
	if name := g.refuses(operation, in.ConsumerName); name != "" {
		refusal(out, name)
		return
	}
	if operation == "RegisterStreamConsumer" {
		g.kept[in.ConsumerName] = &kept{registered: time.Now()}
	}
	one, all := described{}, []described{}
	for _, name := range slices.Sorted(maps.Keys(g.kept)) {
		k := g.kept[name]
		all = append(all, described{name, in.StreamARN + "/consumer/" + name + ":1", k.status(), k.registered.Unix()})
		if name == in.ConsumerName {
			one = all[len(all)-1]
		}
	}
	if operation == "DeregisterStreamConsumer" {
		g.kept[in.ConsumerName].removed = time.Now()
	}
	_ = json.NewEncoder(out).Encode(map[string]any{"Consumer": one, "ConsumerDescription": one, "Consumers": all})
}

// refuses names the error with which a call is refused, if it is.
func (g *registry) refuses(operation, name string) string {
	k, there := g.kept[name]
	switch operation {
	case "RegisterStreamConsumer":
		creating := 0
		for _, k := range g.kept {
			if k.status() == stream.ConsumerCreating {
				creating++
			}
		}
		switch {
		case g.tooFast(operation), creating >= creatingMax, len(g.kept) >= maxOf:
			return "LimitExceededException"
		case there:
			return "ResourceInUseException"
		}
	case "DeregisterStreamConsumer":
		switch {
		case g.tooFast(operation):
			return "LimitExceededException"
		case !there:
			return "ResourceNotFoundException"
		case k.status() != stream.ConsumerActive:
			return "ResourceInUseException"
		}
	case "DescribeStreamConsumer":
		if !there {
			return "ResourceNotFoundException"
		}
	}
	return ""
}

// tooFast counts a call, and tells whether it is one too many within a second.
func (g *registry) tooFast(operation string) bool {
	calls := append(g.calls[operation], time.Now())
	g.calls[operation] = calls
	return len(calls) > callsMax && calls[len(calls)-1].Sub(calls[len(calls)-1-callsMax]) < time.Second
}
