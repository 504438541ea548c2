package integration

import (
	"strconv"

	"postern/jsonvalue"
)

// mockFailure is the line that AWS writes into the execution log.
const mockFailure = "Execution failed due to configuration error: Unable to parse statusCode. " +
	"It should be an integer that is defined in the request template."

// Mock answers as a MOCK integration does: the integration request names the
// status in its statusCode member and the body is empty. The status may be any
// integer; a text such as "200" is none. The reader is lenient, {statusCode:
// 200} is accepted as AWS accepts it. The error is a *Failure.
//
// A valid JSON body costs one pass and no allocation, and doc then holds that
// pass for whoever asks for other members.
func Mock(doc *jsonvalue.Document) (status int, err error) {
	if doc.Valid() {
		if raw, ok := doc.Member("statusCode"); ok {
			if n, ok := parseInteger(raw); ok {
				return n, nil
			}
		}
		return 0, &Failure{Cause: Misconfigured, Text: mockFailure}
	}
	if n, ok := lenientStatus(doc.Body()); ok {
		return n, nil
	}
	return 0, &Failure{Cause: Misconfigured, Text: mockFailure}
}

// parseInteger reads the raw text of a JSON value.
func parseInteger(raw []byte) (int, bool) {
	if len(raw) == 3 && raw[0] >= '1' && raw[0] <= '9' && raw[1]-'0' <= 9 && raw[2]-'0' <= 9 {
		return int(raw[0]-'0')*100 + int(raw[1]-'0')*10 + int(raw[2]-'0'), true
	}
	n, err := strconv.ParseInt(string(raw), 10, 32)
	return int(n), err == nil
}
