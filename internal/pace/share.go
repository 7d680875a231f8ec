package pace

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Share is the part of each shard's read quota to use, above 0 and at most 1,
// or Off.
type Share float64

// Off is a share without bounds: it lifts our pacing, and the endpoint's
// refusals are all that slows a reader down.
var Off = Share(math.Inf(1))

const offText = "off"

// ParseShare reads a number above 0 and at most 1, or off.
func ParseShare(text string) (Share, error) {
	if text == offText {
		return Off, nil
	}
	share, err := strconv.ParseFloat(text, 64)
	if err != nil || !(share > 0 && share <= 1) { // also no NaN
		return 0, fmt.Errorf("%q is not a number above 0 and at most 1, nor off", text)
	}
	return Share(share), nil
}

// String returns what ParseShare reads.
func (s Share) String() string {
	if s == Off {
		return offText
	}
	return strconv.FormatFloat(float64(s), 'g', -1, 64)
}

// MarshalJSON writes the number, or "off".
func (s Share) MarshalJSON() ([]byte, error) {
	if s == Off {
		return json.Marshal(offText)
	}
	return json.Marshal(float64(s))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Share) UnmarshalJSON(text []byte) error {
	if string(text) == `"`+offText+`"` {
		*s = Off
		return nil
	}
	return json.Unmarshal(text, (*float64)(s))
}
