package consumer

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// maker is who registered a run's consumers, as their names tell it.
type maker struct {
	machine string // see tag
	pid     int
	at      int64 // unix milliseconds
}

// names are those of n consumers of one run, at most 64 bytes of the 128 that a
// name may have.
//
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
func (m maker) names(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("kinspect-%s-%d-%d-%dof%d", m.machine, m.pid, m.at, i+1, n)
	}
	return all
}

var namePattern = regexp.MustCompile(`^kinspect-([0-9a-f]{12})-([1-9]\d{0,9})-([1-9]\d{0,14})-\d{1,2}of\d{1,2}$`)

// makerOf reads a name; ours is false of one that kinspect did not make.
func makerOf(name string) (m maker, ours bool) {
	parts := namePattern.FindStringSubmatch(name)
	if parts == nil {
		return maker{}, false
	}
	m.machine = parts[1]
	m.pid, _ = strconv.Atoi(parts[2]) // the pattern bounds both
	m.at, _ = strconv.ParseInt(parts[3], 10, 64)
	return m, true
}

// fate is what has become of the run that made a consumer.
type fate int

const (
	notOurs fate = iota
	running
	killed // provably: here, and its process is gone
	untold // another machine's, or nothing here tells machines apart
)

// began is before all that this process registers.
var began = time.Now()

// witness is what a process knows of others.
type witness struct {
	machine string
	certain bool // that no other machine, boot or container has that tag
	pid     int
	began   time.Time
	alive   func(pid int) bool
}

func here() witness {
	machine, certain := tag()
	return witness{machine, certain, os.Getpid(), began, alive}
}

// fate judges by a consumer's name. A process id that was given anew makes a run
// that was killed seem alive, and never the other way round.
func (w witness) fate(name string) fate {
	m, ours := makerOf(name)
	switch {
	case !ours:
		return notOurs
	case m.machine != w.machine || !w.certain:
		return untold
	case m.pid == w.pid && m.at < w.began.UnixMilli(), m.pid != w.pid && !w.alive(m.pid):
		return killed
	}
	return running
}

// alive tells whether there is a process with that id, also one of another user.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return errors.Is(err, os.ErrPermission)
	}
	defer func() { _ = p.Release() }()
	return !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
