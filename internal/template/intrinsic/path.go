package intrinsic

import (
	"slices"
	"strings"
)

// Path is the place of a node while a tree is walked.
type Path []string

// String returns the path as AWS writes it: "/Resources/Api/Properties/Name".
func (p Path) String() string {
	if len(p) == 0 {
		return ""
	}
	return "/" + strings.Join(p, "/")
}

// InBranch reports whether the place is within Fn::If.
func (p Path) InBranch() bool { return slices.Contains(p, If) }
