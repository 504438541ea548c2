package restjson

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"

	"postern/internal/awserr"
	"postern/internal/ids"
)

// identify gives the answer its request ids, unless it has them, and returns
// the one that support asks for.
func identify(w http.ResponseWriter) string {
	h := w.Header()
	if given := h["x-amzn-RequestId"]; len(given) > 0 {
		return given[0]
	}
	request := ids.UUID()
	var id ids.ID
	rand.Read(id[:])
	// The map is written to directly, for net/http would write "X-Amzn-Requestid"
	// and some people's scripts look for AWS's spelling.
	h["x-amzn-RequestId"] = []string{request}
	h["x-amz-apigw-id"] = []string{id.String()}
	return request
}

// write answers with a value, or with nothing if it is nil.
func write(w http.ResponseWriter, status int, out any) error {
	if out == nil {
		w.WriteHeader(status)
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// Nobody is left to tell if the caller is gone.
	_, _ = w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	return nil
}

// WriteError answers with an error: its type in a header, its message and
// further members in the body. What is not an awserr.Error is answered as an
// internal failure without its text.
func WriteError(w http.ResponseWriter, err error) {
	identify(w)
	e := awserr.Of(err)
	body := map[string]string{}
	maps.Copy(body, e.Members)
	body["message"] = e.Message
	h := w.Header()
	h["x-amzn-ErrorType"] = []string{e.Kind.Code}
	if e.Kind == awserr.PayloadTooLarge {
		// The rest of the body is not read.
		h.Set("Connection", "close")
	}
	// A map of strings can always be encoded.
	_ = write(w, e.Kind.Status, body)
}

// fail writes an error and logs it if the client must not see it.
func (a *API) fail(w http.ResponseWriter, r *http.Request, request string, err error) {
	if awserr.Of(err).Kind == awserr.Internal && a.Logger != nil && r.Context().Err() == nil {
		a.Logger.Error("operation failed", "method", r.Method, "path", r.URL.EscapedPath(), "request", request, "err", err)
	}
	WriteError(w, err)
}
