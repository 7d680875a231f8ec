package shard

import "strings"

// shardDigits is how many digits the IDs that AWS gives have: shardId-%012d.
const shardDigits = 12

// Short is the ID without what all of a stream's IDs share: shardId-000000000003
// becomes 3, which --shard takes as well. Any other ID it returns as it is.
func Short(id string) string {
	digits, ok := strings.CutPrefix(id, "shardId-")
	if !ok || len(digits) != shardDigits || strings.Trim(digits, "0123456789") != "" {
		return id
	}
	last := len(digits) - 1
	return strings.TrimLeft(digits[:last], "0") + digits[last:]
}
