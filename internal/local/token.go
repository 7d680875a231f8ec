package local

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"time"
)

// Shard iterators and NextTokens carry their meaning themselves, so that the
// server keeps no table of them. To clients they are opaque. A checksum tells
// ours from garbage.

func seal(v any) string {
	text := appendValue(nil, v)
	text = binary.BigEndian.AppendUint32(text, crc32.ChecksumIEEE(text))
	return base64.StdEncoding.EncodeToString(text)
}

// unseal reports false for what seal did not write.
func unseal(token string, v any) bool {
	sealed, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(sealed) < crc32.Size {
		return false
	}
	text, sum := sealed[:len(sealed)-crc32.Size], sealed[len(sealed)-crc32.Size:]
	return crc32.ChecksumIEEE(text) == binary.BigEndian.Uint32(sum) && json.Unmarshal(text, v) == nil
}

// tokenLifetime is how long a NextToken can be used. Source: the service
// model's text on ListShards and ListStreamConsumers.
const tokenLifetime = 300 * time.Second

// tokenAlive is the error of a NextToken that was issued too long ago, in
// milliseconds since 1970.
func tokenAlive(issued int64, now time.Time) error {
	if age := now.Sub(time.UnixMilli(issued)); age > tokenLifetime {
		return failure("ExpiredNextTokenException", "The NextToken was issued %d ms ago and has expired; "+
			"it can be used for %d ms.", age.Milliseconds(), tokenLifetime.Milliseconds())
	}
	return nil
}
