package policy

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// An operator compiles the value that a policy gives for a key.
type operator struct {
	negated bool
	compile func(want string, variables bool) (matcher, error)
}

// operators holds all condition operators but Null, without their prefixes and
// suffixes.
//
// Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
var operators = map[string]operator{
	"StringEquals":              {false, stringEquals},
	"StringNotEquals":           {true, stringEquals},
	"StringEqualsIgnoreCase":    {false, stringEqualsIgnoreCase},
	"StringNotEqualsIgnoreCase": {true, stringEqualsIgnoreCase},
	"StringLike":                {false, stringLike},
	"StringNotLike":             {true, stringLike},
	"NumericEquals":             {false, numeric(func(c int) bool { return c == 0 })},
	"NumericNotEquals":          {true, numeric(func(c int) bool { return c == 0 })},
	"NumericLessThan":           {false, numeric(func(c int) bool { return c < 0 })},
	"NumericLessThanEquals":     {false, numeric(func(c int) bool { return c <= 0 })},
	"NumericGreaterThan":        {false, numeric(func(c int) bool { return c > 0 })},
	"NumericGreaterThanEquals":  {false, numeric(func(c int) bool { return c >= 0 })},
	"DateEquals":                {false, date(func(c int) bool { return c == 0 })},
	"DateNotEquals":             {true, date(func(c int) bool { return c == 0 })},
	"DateLessThan":              {false, date(func(c int) bool { return c < 0 })},
	"DateLessThanEquals":        {false, date(func(c int) bool { return c <= 0 })},
	"DateGreaterThan":           {false, date(func(c int) bool { return c > 0 })},
	"DateGreaterThanEquals":     {false, date(func(c int) bool { return c >= 0 })},
	"Bool":                      {false, boolean},
	"BinaryEquals":              {false, binary},
	"IpAddress":                 {false, ipAddress},
	"NotIpAddress":              {true, ipAddress},
	"ArnEquals":                 {false, arnLike},
	"ArnLike":                   {false, arnLike},
	"ArnNotEquals":              {true, arnLike},
	"ArnNotLike":                {true, arnLike},
}

func stringEquals(want string, variables bool) (matcher, error) {
	g, err := compileGlob(want, globMode{variables: variables})
	if err != nil {
		return nil, err
	}
	return g.match, nil
}

func stringEqualsIgnoreCase(want string, variables bool) (matcher, error) {
	g, err := compileGlob(want, globMode{variables: variables})
	if err != nil {
		return nil, err
	}
	return func(got string, c Context) bool {
		program := g.program
		if g.parts != nil {
			var ok bool
			if program, ok = g.expand(c); !ok {
				return false
			}
		}
		return strings.EqualFold(string(program), got)
	}, nil
}

func stringLike(want string, variables bool) (matcher, error) {
	g, err := compileGlob(want, globMode{wildcards: true, variables: variables})
	if err != nil {
		return nil, err
	}
	return g.match, nil
}

func arnLike(want string, variables bool) (matcher, error) {
	p, err := compileARN(want, variables)
	if err != nil {
		return nil, err
	}
	return p.match, nil
}

func numeric(holds func(int) bool) func(string, bool) (matcher, error) {
	return func(want string, _ bool) (matcher, error) {
		limit, err := strconv.ParseFloat(want, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", want)
		}
		return func(got string, _ Context) bool {
			n, err := strconv.ParseFloat(got, 64)
			switch {
			case err != nil || n != n || limit != limit: // not comparable
				return false
			case n < limit:
				return holds(-1)
			case n > limit:
				return holds(1)
			default:
				return holds(0)
			}
		}, nil
	}
}

func date(holds func(int) bool) func(string, bool) (matcher, error) {
	return func(want string, _ bool) (matcher, error) {
		limit, err := parseDate(want)
		if err != nil {
			return nil, err
		}
		return func(got string, _ Context) bool {
			t, err := parseDate(got)
			return err == nil && holds(t.Compare(limit))
		}, nil
	}
}

// dateForms are the W3C profiles of ISO 8601 that IAM takes.
var dateForms = []string{
	time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02", "2006-01", "2006",
}

// epochDigits is the number of digits from which a number is a count of
// seconds since 1970 and no year.
const epochDigits = 5

func parseDate(text string) (time.Time, error) {
	if len(text) >= epochDigits {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return time.Unix(n, 0).UTC(), nil
		}
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a date", text)
}

func boolean(want string, _ bool) (matcher, error) {
	b, err := parseBool(want)
	if err != nil {
		return nil, err
	}
	return func(got string, _ Context) bool {
		g, err := parseBool(got)
		return err == nil && g == b
	}, nil
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", text)
}

func binary(want string, _ bool) (matcher, error) {
	b, err := base64.StdEncoding.DecodeString(want)
	if err != nil {
		return nil, fmt.Errorf("%q is not base64", want)
	}
	return func(got string, _ Context) bool {
		g, err := base64.StdEncoding.DecodeString(got)
		return err == nil && bytes.Equal(g, b)
	}, nil
}

func ipAddress(want string, _ bool) (matcher, error) {
	prefix, err := parsePrefix(want)
	if err != nil {
		return nil, err
	}
	return func(got string, _ Context) bool {
		a, err := netip.ParseAddr(got)
		return err == nil && prefix.Contains(a.Unmap().WithZone(""))
	}, nil
}

func parsePrefix(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, errors.New(strconv.Quote(text) + " is neither an IP address nor a range of them")
	}
	return p.Masked(), nil
}
