package query

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"postern/internal/awserr"
	"postern/internal/ids"
)

// DefaultLimit is the largest body that is read, in bytes. It holds a template
// of 51,200 bytes and 200 parameters of 4,096 bytes, each byte escaped.
const DefaultLimit = 4 << 20

// Options are a Handler's settings.
type Options struct {
	// Caller says who sent a request; nil means CallerOf.
	Caller func(*http.Request) Caller
	// Authorize says whether the sender of a request may have an operation that
	// exists, by an error for the client; nil allows everything. The function
	// reads the request's parameters: "" for one that was not sent.
	Authorize func(r *http.Request, action string, parameter func(name string) string) error
	// Limit is the largest body in bytes; zero means DefaultLimit.
	Limit int64
	// Logger gets internal errors with their request id; nil means
	// slog.Default.
	Logger *slog.Logger
}

// Handler serves APIs over HTTP. The parameter Version selects the API, or,
// where a client leaves it out, the first API that knows the action.
type Handler struct {
	options Options
	apis    []*API
}

// NewHandler returns a Handler of the given APIs.
func NewHandler(o Options, apis ...*API) *Handler {
	if o.Limit == 0 {
		o.Limit = DefaultLimit
	}
	if o.Caller == nil {
		o.Caller = CallerOf
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Handler{options: o, apis: apis}
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	requestID := ids.UUID()
	form, err := h.form(w, r)
	if err != nil {
		h.fail(w, r, h.apis[0], requestID, err)
		return
	}
	action, version := form.text("Action"), form.text("Version")
	if action == "" {
		h.fail(w, r, h.apis[0], requestID, awserr.New(missingAction,
			"The request is missing an action or a required parameter"))
		return
	}
	api, op, err := h.find(action, version)
	if err != nil {
		h.fail(w, r, api, requestID, err)
		return
	}
	if h.options.Authorize != nil {
		if err := h.options.Authorize(r, action, form.text); err != nil {
			h.fail(w, r, api, requestID, err)
			return
		}
	}
	out, err := op(r.Context(), h.options.Caller(r), form)
	if err != nil {
		h.fail(w, r, api, requestID, err)
		return
	}
	write(w, http.StatusOK, requestID, encode(api.Namespace, action, requestID, out))
}

// form reads the parameters of a request: those of its URL and, of a POST,
// those of its body.
func (h *Handler) form(w http.ResponseWriter, r *http.Request) (*node, error) {
	text := r.URL.RawQuery
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost:
		if r.ContentLength > h.options.Limit {
			// Nothing of it is read, so the connection cannot be used again.
			w.Header().Set("Connection", "close")
			return nil, tooLarge(h.options.Limit)
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.options.Limit))
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, tooLarge(h.options.Limit)
		}
		if err != nil {
			return nil, awserr.New(malformedInput, "The request body could not be read")
		}
		if text != "" && len(body) > 0 {
			text += "&"
		}
		text += strings.TrimRight(string(body), "\r\n")
	default:
		w.Header().Set("Allow", "GET, POST")
		return nil, awserr.Newf(methodNotAllowed, "The method %s is not allowed", r.Method)
	}
	return parseForm(text)
}

// find returns the operation for an action, and in any case the API whose
// documents answer it.
func (h *Handler) find(action, version string) (*API, operation, error) {
	answering := h.apis[0]
	for _, api := range h.apis {
		if version != "" && version != api.Version {
			continue
		}
		if version != "" {
			answering = api
		}
		if op, ok := api.operations[action]; ok {
			return api, op, nil
		}
		if reason, ok := api.refused[action]; ok {
			return api, nil, awserr.Newf(unsupported, "The operation %s is not supported: %s", action, reason)
		}
	}
	if version == "" {
		version = answering.Version
	}
	return answering, nil, awserr.Newf(invalidAction, "Could not find operation %s for version %s", action, version)
}

// fail answers err. What is not an awserr.Error, or an internal one, is logged
// with the request id and never shown.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, api *API, requestID string, err error) {
	e := awserr.Of(err)
	if e.Kind.Status >= http.StatusInternalServerError {
		h.options.Logger.ErrorContext(r.Context(), "query request failed", "requestId", requestID, "error", err)
	}
	write(w, e.Kind.Status, requestID, encodeError(api.Namespace, requestID, e))
}

func write(w http.ResponseWriter, status int, requestID string, document []byte) {
	header := w.Header()
	header.Set("Content-Type", "text/xml")
	header.Set("Content-Length", strconv.Itoa(len(document)))
	header.Set("X-Amzn-Requestid", requestID)
	w.WriteHeader(status)
	_, _ = w.Write(document) // nobody is left to tell
}
