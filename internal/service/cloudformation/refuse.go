package cloudformation

import "postern/internal/query"

// refuse names the operations that AWS has and Postern has not, with the
// reason.
func refuse(a *query.API) {
	a.Refuse("stack sets need several accounts or regions, and Postern is one place",
		"CreateStackSet", "UpdateStackSet", "DeleteStackSet", "DescribeStackSet", "ListStackSets",
		"CreateStackInstances", "UpdateStackInstances", "DeleteStackInstances", "DescribeStackInstance",
		"ListStackInstances", "ListStackInstanceResourceDrifts", "DescribeStackSetOperation",
		"ListStackSetOperations", "ListStackSetOperationResults", "ListStackSetAutoDeploymentTargets",
		"StopStackSetOperation", "ImportStacksToStackSet", "DetectStackSetDrift",
		"ActivateOrganizationsAccess", "DeactivateOrganizationsAccess", "DescribeOrganizationsAccess")
	a.Refuse("drift is not detected",
		"DetectStackDrift", "DetectStackResourceDrift", "DescribeStackDriftDetectionStatus", "DescribeStackResourceDrifts")
	a.Refuse("resource types are built in and cannot be registered or described",
		"ActivateType", "DeactivateType", "RegisterType", "DeregisterType", "DescribeType", "DescribeTypeRegistration",
		"ListTypes", "ListTypeVersions", "ListTypeRegistrations", "PublishType", "TestType", "SetTypeConfiguration",
		"SetTypeDefaultVersion", "BatchDescribeTypeConfigurations", "RegisterPublisher", "DescribePublisher",
		"RecordHandlerProgress")
	a.Refuse("hooks do not exist here", "DescribeChangeSetHooks", "GetHookResult", "ListHookResults")
	a.Refuse("stacks cannot be refactored",
		"CreateStackRefactor", "DescribeStackRefactor", "ExecuteStackRefactor", "ListStackRefactors", "ListStackRefactorActions")
	a.Refuse("templates are not generated from resources",
		"CreateGeneratedTemplate", "UpdateGeneratedTemplate", "DeleteGeneratedTemplate", "DescribeGeneratedTemplate",
		"GetGeneratedTemplate", "ListGeneratedTemplates", "StartResourceScan", "DescribeResourceScan",
		"ListResourceScans", "ListResourceScanResources", "ListResourceScanRelatedResources")
	a.Refuse("no resource waits for signals", "SignalResource")
	a.Refuse("nothing here costs anything", "EstimateTemplateCost")
	a.Refuse("use DescribeStackEvents", "DescribeEvents")
}
