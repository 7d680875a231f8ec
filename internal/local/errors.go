package local

import (
	"fmt"
	"net/http"
)

// apiError is an error that goes over the wire: AWS' name for it and AWS' text.
type apiError struct {
	Type    string
	Message string
	status  int
}

// accessDenied is an error whose text stands in another member than those of
// all others.
const accessDenied = "AccessDeniedException"

func (e *apiError) appendJSON(b []byte) []byte {
	text := "message"
	if e.Type == accessDenied {
		text = "Message"
	}
	return appendValue(b, map[string]string{"__type": e.Type, text: e.Message})
}

// Error is the name and the text.
func (e *apiError) Error() string { return e.Type + ": " + e.Message }

func failure(name, format string, args ...any) *apiError {
	return &apiError{Type: name, Message: fmt.Sprintf(format, args...), status: http.StatusBadRequest}
}

func invalidArgument(format string, args ...any) *apiError {
	return failure("InvalidArgumentException", format, args...)
}

func notFound(format string, args ...any) *apiError {
	return failure("ResourceNotFoundException", format, args...)
}

func inUse(format string, args ...any) *apiError {
	return failure("ResourceInUseException", format, args...)
}

func limitExceeded(format string, args ...any) *apiError {
	return failure("LimitExceededException", format, args...)
}

func serialization(format string, args ...any) *apiError {
	return failure("SerializationException", format, args...)
}
