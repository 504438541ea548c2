package apigateway

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"postern/internal/awserr"
)

// The operations of a patch that the API knows for keys and plans.
const (
	OpAdd     = "add"
	OpRemove  = "remove"
	OpReplace = "replace"
)

// PatchOperation is one change of an Update operation.
//
// Source: API Gateway (V1) API reference, "PatchOperation".
type PatchOperation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value string `json:"value"`
}

// sets reports whether the operation gives a scalar a value. Clients use add
// and replace alike.
func (p PatchOperation) sets() bool { return p.Op == OpReplace || p.Op == OpAdd }

// refuse returns the error of a path that an operation does not have.
func (p PatchOperation) refuse(paths ...string) error {
	return awserr.Newf(awserr.BadRequest, "Invalid patch path  '%s' specified for op '%s'. Must be one of: [%s]",
		p.Path, p.Op, strings.Join(paths, ", "))
}

func (p PatchOperation) invalid() error {
	return awserr.Newf(awserr.BadRequest, "Invalid patch value  '%s' specified for path '%s'", p.Value, p.Path)
}

func (p PatchOperation) bool() (bool, error) {
	switch strings.ToLower(p.Value) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, p.invalid()
}

func (p PatchOperation) int() (int, error) {
	n, err := strconv.ParseInt(p.Value, 10, 32)
	if err != nil {
		return 0, p.invalid()
	}
	return int(n), nil
}

func (p PatchOperation) float() (float64, error) {
	f, err := strconv.ParseFloat(p.Value, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, p.invalid()
	}
	return f, nil
}

// patchInput is the body of an Update operation.
type patchInput struct {
	PatchOperations []PatchOperation `json:"patchOperations"`
}

// maxText is the length of names and descriptions in characters. It is not in
// the model.
const maxText = 1024

// checkText refuses a text that is too long.
func checkText(member, text string) error {
	if utf8.RuneCountInString(text) > maxText {
		return awserr.Newf(awserr.BadRequest, "Invalid value for %s: must have at most %d characters", member, maxText)
	}
	return nil
}
