import * as l10n from "@vscode/l10n";
import type { StackEvent, StackSummary } from "../aws/ports";
import { AppError } from "../errors";

/** The earliest failures of an operation that are not the consequence of another one. */
export function rootCauses(events: readonly StackEvent[], stack: StackSummary): StackEvent[] {
  const ordered = [...events].sort((a, b) => a.time.getTime() - b.time.getTime());
  const rollback = ordered.findIndex((event) => event.resourceType === stackType && event.status.includes("ROLLBACK"));
  const before = rollback < 0 ? ordered : ordered.slice(0, rollback);
  return before.filter(
    (event) =>
      event.status.endsWith("_FAILED") &&
      event.logicalId !== stack.name &&
      !/^Resource (creation|update) cancelled/.test(event.reason ?? ""),
  );
}

export const stackType = "AWS::CloudFormation::Stack";

/** A failed operation in plain words, with CloudFormation's own text kept. */
export function stackFailure(events: readonly StackEvent[], stack: StackSummary): AppError {
  const causes = rootCauses(events, stack);
  const own = causes.map((event) => `${event.logicalId} (${event.resourceType}): ${event.reason ?? event.status}`);
  const text = own.length > 0 ? own.join("; ") : (stack.statusReason ?? stack.status);
  const remedy = causes.map((event) => remedyFor(event.reason ?? "")).find((one) => one !== undefined);
  const after =
    stack.status === "UPDATE_ROLLBACK_COMPLETE"
      ? l10n.t("CloudFormation went back to the state before.")
      : l10n.t("The next deployment removes what is left and begins anew.");
  return new AppError("conflict", l10n.t("CloudFormation stack {0} ended as {1}: {2}", stack.name, stack.status, text), {
    code: stack.status,
    next: remedy === undefined ? after : `${remedy} ${after}`,
  });
}

const passes = (): string => l10n.t("This passes: deploy again.");

/** What to do about a service's own text. CloudFormation's events leave out the error's name. */
export function remedyFor(reason: string): string | undefined {
  // What a service says of one case stands before what it says of many.
  const rows: readonly (readonly [RegExp, () => string])[] = [
    [/Domain is still being deleted/i, () => l10n.t("Wait until the old domain is gone, about ten minutes, and deploy again.")],
    [
      /change\/update is in progress/i,
      () =>
        l10n.t(
          "The domain is busy with another change: deploy again when it is Active, which can take hours after a blue/green deployment.",
        ),
    ],
    [
      /service-linked role/i,
      () =>
        l10n.t(
          "A domain inside a VPC needs the service-linked role of OpenSearch Service: ask for iam:CreateServiceLinkedRole for opensearchservice.amazonaws.com, or create it once.",
        ),
    ],
    [
      /BucketNotEmpty|bucket you tried to delete is not empty/i,
      () => l10n.t("The bucket still holds records: destroy again, with the yes to emptying it."),
    ],
    [/DOMAIN_JOIN/i, () => l10n.t("The instances could not join the directory: check the directory configuration of AppStream.")],
    [
      /MACHINE_ROLE_IS_MISSING/i,
      () => l10n.t("The machine role of the fleet is gone: deploy under another name of the role, or make it again."),
    ],
    [/STS_DISABLED_IN_REGION/i, () => l10n.t("STS is switched off in this Region: switch it on in the account settings of IAM.")],
    [/RequestLimitExceeded|Throttling|Rate exceeded|SlowDown/i, passes],
    [
      /MalformedPolicyDocument|Invalid principal/i,
      () => l10n.t("A policy names a principal that does not exist, or not yet: check it and deploy again."),
    ],
    [
      /Access was denied|role specified in VpcConfiguration|Verify that the IAM role has access/i,
      () =>
        l10n.t(
          "The delivery role could not be used, which passes when it is new: deploy again; if it fails alike, give the role the rights that the preview shows.",
        ),
    ],
    [
      /AlreadyExists|already exists/i,
      () => l10n.t('The name is taken: choose another one in the definition, or list it under "existing".'),
    ],
    [
      /AccessDenied|not authorized|UnauthorizedOperation/i,
      () => l10n.t("Ask for the action and resource that the text names; a policy of the organisation may deny it too."),
    ],
    [
      /LimitExceeded|ServiceLimitExceeded|quota/i,
      () => l10n.t("A quota of the account is used up: ask for a higher one in Service Quotas, or remove something."),
    ],
    [
      /unable to assume role|InvalidRole|because your IAM role|has not propagated|allowed to use the passed role|passed role must authorize|Authentication error/i,
      () => l10n.t("The new role was not visible yet: deploy again."),
    ],
    [
      /Error setting policy/i,
      () => l10n.t("The access policy names a principal that does not exist, or not yet: check it and deploy again."),
    ],
    [
      /IGW_NOT_ATTACHED|internet gateway/i,
      () => l10n.t("The subnet has no way to the internet: attach an internet gateway or choose other subnets."),
    ],
    [
      /SUBNET_NOT_FOUND|INVALID_SUBNET_CONFIGURATION|INSUFFICIENT_IP_ADDRESSES|SECURITY_GROUPS_NOT_FOUND/i,
      () => l10n.t("Check the subnets and security groups of the definition: they must exist and have free addresses."),
    ],
    [
      /IMAGE_NOT_FOUND|IncompatibleImage|not support the instance type/i,
      () => l10n.t("Check the image: it must be AVAILABLE and fit the instance type."),
    ],
    [/IAM_SERVICE_ROLE|AmazonAppStreamServiceAccess/i, () => l10n.t("Create the service role once by opening the AppStream console.")],
    [
      /not available|(enough|no|sufficient) (free )?capacity|InsufficientCapacity|ResourceNotAvailable/i,
      () => l10n.t("AWS has no free capacity of this type: try later or choose another type."),
    ],
    [
      /NotStabilized|ServiceInternalError|InternalFailure|NetworkFailure|ConcurrentModification|OperationAborted|DeleteConflict|ResourceConflict/i,
      passes,
    ],
    [
      /NotFound|NoSuch|does not exist/i,
      () => l10n.t("What the text names was not there, or not yet: deploy again; if it fails alike, check its name in the definition."),
    ],
    [
      /not possible|InvalidParameterCombination|ValidationException|InvalidRequest/i,
      () => l10n.t("The service does not accept the values: change the definition as the text says."),
    ],
  ];
  return rows.find(([pattern]) => pattern.test(reason))?.[1]();
}
