package receipt

import "iter"

// Sighting is a match that a receipt lists, of one event or of many.
type Sighting struct {
	Match
	// Event is which of many it is a match of; empty where one was asked.
	Event string
	// Inside tells whether it arrived within the window.
	Inside bool
}

// Sightings are all matches that are listed.
func (r Receipt) Sightings() iter.Seq[Sighting] {
	return func(yield func(Sighting) bool) {
		if r.Events == nil {
			_ = listed("", r.Matches, r.Outside, yield)
			return
		}
		for a := range r.Events {
			if !listed(a.Event, a.Matches, a.Outside, yield) {
				return
			}
		}
	}
}

// Copies are matches in groups of the same partition key and data, in their order;
// most have no more than one.
func Copies(matches []Match) (groups [][]Match) {
	type sameness struct {
		keyed       bool
		key, sha256 string
	}
	at := map[sameness]int{}
	for _, m := range matches {
		same := sameness{sha256: m.SHA256}
		if m.PartitionKey != nil {
			same.keyed, same.key = true, *m.PartitionKey
		}
		i, seen := at[same]
		if !seen {
			i, at[same] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], m)
	}
	return groups
}

func listed(event string, inside, outside []Match, yield func(Sighting) bool) bool {
	for _, m := range inside {
		if !yield(Sighting{m, event, true}) {
			return false
		}
	}
	for _, m := range outside {
		if !yield(Sighting{m, event, false}) {
			return false
		}
	}
	return true
}
