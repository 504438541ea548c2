package stack

import "strings"

// The statuses of a stack.
const (
	ReviewInProgress                = "REVIEW_IN_PROGRESS"
	CreateInProgress                = "CREATE_IN_PROGRESS"
	CreateComplete                  = "CREATE_COMPLETE"
	CreateFailed                    = "CREATE_FAILED"
	RollbackInProgress              = "ROLLBACK_IN_PROGRESS"
	RollbackComplete                = "ROLLBACK_COMPLETE"
	RollbackFailed                  = "ROLLBACK_FAILED"
	UpdateInProgress                = "UPDATE_IN_PROGRESS"
	UpdateCleanupInProgress         = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
	UpdateComplete                  = "UPDATE_COMPLETE"
	UpdateFailed                    = "UPDATE_FAILED"
	UpdateRollbackInProgress        = "UPDATE_ROLLBACK_IN_PROGRESS"
	UpdateRollbackCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
	UpdateRollbackComplete          = "UPDATE_ROLLBACK_COMPLETE"
	UpdateRollbackFailed            = "UPDATE_ROLLBACK_FAILED"
	DeleteInProgress                = "DELETE_IN_PROGRESS"
	DeleteComplete                  = "DELETE_COMPLETE"
	DeleteFailed                    = "DELETE_FAILED"
)

// DeleteSkipped is the status of a resource that its policy keeps. Resources
// share the other words with stacks.
const DeleteSkipped = "DELETE_SKIPPED"

// Busy reports whether an operation is under way.
func Busy(status string) bool {
	return strings.HasSuffix(status, "_IN_PROGRESS") && status != ReviewInProgress
}

// Updatable reports whether a stack in that status takes an update.
//
// Source: CloudFormation user guide, "Stack failure options" and "Stack status
// codes".
func Updatable(status string) bool {
	switch status {
	case CreateComplete, UpdateComplete, UpdateRollbackComplete, CreateFailed, UpdateFailed:
		return true
	}
	return false
}

// Interrupted returns the terminal status of a stack whose operation ended with
// the process, given the status it was in. All of them can be deleted, and all
// that AWS lets be updated or rolled back can be that.
func Interrupted(status string) string {
	switch status {
	case CreateInProgress:
		return CreateFailed
	case RollbackInProgress:
		return RollbackFailed
	case UpdateInProgress:
		return UpdateFailed
	case UpdateCleanupInProgress:
		return UpdateComplete
	case UpdateRollbackInProgress:
		return UpdateRollbackFailed
	case UpdateRollbackCleanupInProgress:
		return UpdateRollbackComplete
	case DeleteInProgress:
		return DeleteFailed
	}
	return status
}
