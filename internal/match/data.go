package match

import "crypto/sha256"

// Data accepts user records whose data, before or after the peeling of any
// layer, has this SHA-256 and this many bytes; of any length if size is
// negative.
func Data(sum [sha256.Size]byte, size int64) Matcher { return data{sum, size} }

type data struct {
	sum  [sha256.Size]byte
	size int64
}

func (d data) Match(s Subject) (Hit, bool, error) {
	for _, layer := range s.Blob.Bytes {
		if (d.size < 0 || d.size == int64(len(layer))) && sha256.Sum256(layer) == d.sum {
			return Hit{Path: dataPath, Whole: true}, true, nil
		}
	}
	return Hit{}, false, nil
}
