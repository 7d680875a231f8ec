package consumer

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
)

// tag is 12 hex digits for what gives a process id its meaning: the machine, and
// its boot and container where they are told. Else it is not certain that no other
// machine has the same.
func tag() (machine string, certain bool) {
	host, _ := os.Hostname()
	facts, certain := boot()
	sum := sha256.Sum256([]byte(strings.Join(append(facts, host), "\n")))
	return hex.EncodeToString(sum[:6]), certain
}
