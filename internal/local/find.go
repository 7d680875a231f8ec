package local

import (
	"strings"
	"time"
)

// streamRef names a stream in a request, one way or the other.
type streamRef struct {
	StreamName string
	StreamARN  string
}

func (s *Server) arn(name string) string {
	return "arn:aws:kinesis:" + s.region + ":" + s.account + ":stream/" + name
}

// find is the stream that a request names.
func (s *Server) find(ref streamRef, now time.Time) (*stream, error) {
	name, err := s.name(ref)
	if err != nil {
		return nil, err
	}
	t := s.streams[name]
	if t != nil && t.gone(now) {
		delete(s.streams, name)
		t = nil
	}
	if t == nil {
		return nil, s.noStream(name)
	}
	return t, nil
}

func (s *Server) noStream(name string) error {
	return notFound("Stream %s under account %s not found.", name, s.account)
}

func (s *Server) name(ref streamRef) (string, error) {
	var v violations
	if ref.StreamName != "" {
		v.name(ref.StreamName, "streamName")
	}
	if ref.StreamARN != "" {
		v.matches(ref.StreamARN, "streamARN", arnPattern)
	}
	if err := v.err(); err != nil {
		return "", err
	}
	_, fromARN, _ := strings.Cut(ref.StreamARN, ":stream/")
	switch {
	case ref.StreamName == "" && ref.StreamARN == "":
		return "", invalidArgument("Either StreamName or StreamARN should be provided.")
	case ref.StreamARN == "":
		return ref.StreamName, nil
	case ref.StreamName != "" && ref.StreamName != fromARN:
		return "", invalidArgument("StreamARN %s and StreamName %s name different streams.", ref.StreamARN, ref.StreamName)
	case s.arn(fromARN) != ref.StreamARN:
		return "", notFound("Stream %s not found.", ref.StreamARN)
	}
	return fromARN, nil
}

// findActive is find for what can only be done to an active stream.
func (s *Server) findActive(ref streamRef, now time.Time) (*stream, error) {
	t, err := s.find(ref, now)
	if err != nil {
		return nil, err
	}
	if state := t.status(now); state != active {
		return nil, s.notActive(t.name, state)
	}
	return t, nil
}

func (s *Server) notActive(name, state string) error {
	return inUse("Stream %s under account %s not ACTIVE, instead in state %s", name, s.account, state)
}
