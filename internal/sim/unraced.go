//go:build !race

package sim

// Raced tells that the race detector is on.
const Raced = false
