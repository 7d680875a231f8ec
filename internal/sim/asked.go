package sim

import (
	"math/rand/v2"
	"time"
)

// What a test may add to a story that was drawn: other ways to ask about its event.

// more draws what is added to a story, apart from what was drawn before.
func (s *Story) more() *draw {
	return &draw{Rand: rand.New(rand.NewPCG(s.Seed, 11)), Story: s}
}

// LookAround has the reader look around a time first: that of the event, one beside
// it, or any.
func (s *Story) LookAround() {
	d := s.more()
	s.Around = d.between(0, s.Scan)
	if len(s.needles) > 0 && d.chance(70) {
		s.Around = max(0, s.needles[0].arrivesAt()+d.between(-2*time.Minute, 2*time.Minute))
	}
	s.All = false
}

// WaitForIt has the reader wait, for an event that may come meanwhile, or just too
// late, or came before.
func (s *Story) WaitForIt() {
	d := s.more()
	s.Until, s.All, s.Interrupt, s.Timeout = -1, false, 0, false
	s.Wait = d.between(2*time.Second, 3*time.Minute)
	if d.chance(60) {
		at := s.Scan + d.between(0, s.Wait+5*time.Second)
		d.needles = append(d.needles, needle{at: at})
		d.put(at, 0, true)
	}
	d.inOrder()
}

// ByNumber has the reader ask by sequence number, of an endpoint that in a fifth of the
// worlds lets nobody begin at one.
func (s *Story) ByNumber() {
	d := s.more()
	s.trouble.noNumbers = d.chance(20)
	if s.Scan > retention-time.Hour { // what has expired is no interruption
		s.Interrupt, s.Timeout = 0, false
	}
}
