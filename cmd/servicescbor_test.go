package cmd

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// rpcCBOR is the protocol in which CloudWatch is spoken to.
//
// https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
const rpcCBOR = "rpc-v2-cbor"

// inCBOR makes of an answer in JSON the one that a client of CloudWatch takes. The
// Timestamps of a script are minutes after the StartTime that was asked for.
func inCBOR(w http.ResponseWriter, request []byte, text string) string {
	var asked struct{ StartTime time.Time }
	var answer any
	err := errors.Join(cbor.Unmarshal(request, &asked), json.Unmarshal([]byte(text), &answer))
	timed(answer, asked.StartTime)
	options := cbor.EncOptions{Time: cbor.TimeUnix, TimeTag: cbor.EncTagRequired}
	mode, err1 := options.EncMode()
	packed, err2 := mode.Marshal(answer)
	if err := errors.Join(err, err1, err2); err != nil {
		panic(err)
	}
	w.Header().Set("Smithy-Protocol", rpcCBOR)
	return string(packed)
}

// timed makes times of all Timestamps.
func timed(value any, start time.Time) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			timed(element, start)
		}
	case map[string]any:
		for key, element := range v {
			if minutes, listed := element.([]any); listed && key == "Timestamps" {
				for i, minute := range minutes {
					minutes[i] = start.Add(time.Duration(minute.(float64)) * time.Minute)
				}
				continue
			}
			timed(element, start)
		}
	}
}
