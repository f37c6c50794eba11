import type { Change, Stack, StackEvent as SdkEvent, StackResourceDrift, StackResourceSummary } from "@aws-sdk/client-cloudformation";
import type { ChangeSetChange, ResourceDrift, StackEvent, StackResource, StackSummary } from "../core/aws/ports";
import { present, toTags } from "./present";

export function toStackSummary(stack: Stack): StackSummary {
  return {
    id: stack.StackId ?? "",
    name: stack.StackName ?? "",
    status: stack.StackStatus ?? "",
    tags: toTags(stack.Tags),
    outputs: Object.fromEntries((stack.Outputs ?? []).map((one) => [one.OutputKey ?? "", one.OutputValue ?? ""])),
    parameters: Object.fromEntries((stack.Parameters ?? []).map((one) => [one.ParameterKey ?? "", one.ParameterValue ?? ""])),
    ...present({
      statusReason: stack.StackStatusReason,
      created: stack.CreationTime,
      terminationProtection: stack.EnableTerminationProtection,
    }),
  };
}

export function toChange({ ResourceChange: change }: Change): ChangeSetChange {
  return {
    action: change?.Action ?? "",
    logicalId: change?.LogicalResourceId ?? "",
    resourceType: change?.ResourceType ?? "",
    scope: change?.Scope ?? [],
    details: (change?.Details ?? []).map(({ Target }) => ({
      attribute: Target?.Attribute ?? "",
      ...present({
        name: Target?.Name,
        requiresRecreation: Target?.RequiresRecreation,
        before: Target?.BeforeValue,
        after: Target?.AfterValue,
      }),
    })),
    ...present({ physicalId: change?.PhysicalResourceId, replacement: change?.Replacement }),
  };
}

export function toEvent(event: SdkEvent): StackEvent {
  return {
    id: event.EventId ?? "",
    stackId: event.StackId ?? "",
    logicalId: event.LogicalResourceId ?? "",
    resourceType: event.ResourceType ?? "",
    status: event.ResourceStatus ?? "",
    time: event.Timestamp ?? new Date(0),
    ...present({
      physicalId: event.PhysicalResourceId,
      reason: event.ResourceStatusReason,
      detailedStatus: event.DetailedStatus,
      token: event.ClientRequestToken,
    }),
  };
}

export function toStackResource(resource: StackResourceSummary): StackResource {
  return {
    logicalId: resource.LogicalResourceId ?? "",
    resourceType: resource.ResourceType ?? "",
    status: resource.ResourceStatus ?? "",
    ...present({
      physicalId: resource.PhysicalResourceId,
      reason: resource.ResourceStatusReason,
      driftStatus: resource.DriftInformation?.StackResourceDriftStatus,
    }),
  };
}

export function toDrift(drift: StackResourceDrift): ResourceDrift {
  return {
    logicalId: drift.LogicalResourceId ?? "",
    resourceType: drift.ResourceType ?? "",
    status: drift.StackResourceDriftStatus ?? "",
    differences: (drift.PropertyDifferences ?? []).map((one) => ({
      path: one.PropertyPath ?? "",
      expected: one.ExpectedValue ?? "",
      actual: one.ActualValue ?? "",
    })),
  };
}
