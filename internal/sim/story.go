package sim

import (
	"fmt"
	"math/rand/v2"
	"time"

	"kinspect/internal/notice"
)

// Story is what happens in a world, drawn from a seed: a stream with a past, what
// goes on while it is read, and what goes wrong with the reader's calls. All
// times are since Began.
type Story struct {
	Seed uint64
	// Provable tells that nothing in it may keep a verdict from being the truth.
	Provable bool
	// Causes are the codes of the reasons that a world may give which is not
	// provable.
	Causes map[notice.Code]bool
	// Shards is how many the stream begins with.
	Shards int
	// Scan is when the reading begins.
	Scan time.Duration
	// From and Until are the window; negative: not given.
	From, Until time.Duration
	// All tells to go on behind the first match.
	All bool
	// JQ tells to ask by a jq expression instead of a text.
	JQ bool
	// Interrupt is when the reading is interrupted, since its beginning, to be
	// resumed; 0: never. Timeout tells that it is so by its own limit.
	Interrupt time.Duration
	Timeout   bool
	// Keyed puts the event under EventKey, now and then with an explicit hash key.
	// Narrow tells to read only the shards that the key names.
	Keyed, Narrow bool
	// Around is a time to look around first; negative: none. Wait is how long to wait for
	// the event; 0: not at all.
	Around, Wait time.Duration
	// FanOut is through how many consumers of enhanced fan-out the stream is read; 0 polls.
	FanOut int
	// Undescribed tells that the reader may not describe the stream.
	Undescribed bool
	// Skew is how far the reader's clock is ahead.
	Skew time.Duration

	endpoint endpoint
	trouble  trouble
	happens  []happening // in order
	needles  []needle
	reshards []time.Duration
	disorder time.Duration // of arrival times, to either side
}

// endpoint is how the endpoint behaves, short of going wrong.
type endpoint struct {
	cutOver, visibility, idleBehind time.Duration
	dateless                        bool
}

// needle is a record that holds the event.
type needle struct {
	at      time.Duration
	arrival time.Duration // less at: the disorder of its arrival time
}

func (n needle) arrivesAt() time.Duration { return n.at + n.arrival }

// happening is something that happens on the stream.
type happening struct {
	at time.Duration
	do func(*Play)
}

// Event is the text that a needle holds, as a whole word, and nothing else does.
const Event = "ord-7f3k9q"

// EventData is the data that holds it, within whatever layers.
const EventData = `{"id":"` + Event + `","n":7}`

// EventKey is the partition key of the event where a story is Keyed.
const EventKey = "user-88"

// EventJQ asks for the same.
const EventJQ = `.id == "` + Event + `"`

// IDJQ makes the ID of each user record; no literal rules one out.
const IDJQ = `.id + ""`

// Draw draws the story of a seed.
func Draw(seed uint64) *Story {
	d := &draw{Rand: rand.New(rand.NewPCG(seed, 7)), Story: &Story{Seed: seed, Provable: true, Causes: map[notice.Code]bool{}}}
	d.setting()
	d.reshapes()
	d.hide()
	d.window()
	d.traffic()
	d.passingTrouble()
	switch {
	case d.chance(35):
		d.lastingTrouble()
	case d.chance(10):
		d.raised()
	case d.chance(20):
		d.interrupted()
	}
	d.inOrder()
	return d.Story
}

// String says how to see the world again.
func (s *Story) String() string {
	return fmt.Sprintf("world %d (KINSPECT_SEED=%d go test ./trace ./tail -run TestWorlds)", s.Seed, s.Seed)
}
