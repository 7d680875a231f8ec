package local

import "time"

// Options are the settings of a Server; the zero value will do.
type Options struct {
	Clock   Clock  // nil: the real clock
	Account string // 12 digits; default 123456789012
	Region  string // default us-east-1

	// Transition is how long a stream stays CREATING, UPDATING or DELETING;
	// default 0: not at all.
	Transition time.Duration
	// CutOver is how long the parents of a reshard go on taking writes; default
	// 0: not at all. On AWS it was seen to be about 25 s.
	CutOver time.Duration
	// Visibility is how long after its arrival a record can be read; default 0:
	// at once.
	Visibility time.Duration
	// IdleBehind is the MillisBehindLatest of an open shard that is read to its
	// tip, in whole seconds; default 0.
	IdleBehind time.Duration
	// NoQuotas lifts the quotas of the shards: nothing is refused for coming too
	// fast.
	NoQuotas bool
	// Faults, if there is one, says what is to happen to a call. It is asked
	// before each call that is well-formed, by the goroutine that serves it and
	// without any lock: it must be safe for concurrent use, and may use the
	// server, as to reshard or recreate a stream in mid-scan.
	Faults func(Call) Fault
}

// New returns an endpoint without streams.
func New(o Options) *Server {
	s := &Server{
		account:    o.Account,
		region:     o.Region,
		transition: o.Transition,
		cutOver:    o.CutOver,
		visibility: o.Visibility,
		idleBehind: o.IdleBehind,
		quotas:     !o.NoQuotas,
		faults:     o.Faults,
		clock:      o.Clock,
		streams:    map[string]*stream{},
		calls:      map[Call]int{},
		changed:    make(chan struct{}),
	}
	if s.clock == nil {
		s.clock = SystemClock()
	}
	if s.account == "" {
		s.account = "123456789012"
	}
	if s.region == "" {
		s.region = "us-east-1"
	}
	return s
}
