//go:build race

package sim

// Raced tells that the race detector is on: all takes ten times as long, and more
// memory.
const Raced = true
