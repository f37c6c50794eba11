import type { World } from "./world";

/** What each fault switch does; its value follows `=`. */
export const faultNames = {
  accessDenied: "SERVICE:OPERATION patterns, comma-separated (* allowed): those calls are refused",
  throttle: "SERVICE:OPERATION patterns, comma-separated, or a share such as 0.3 of all Describe/List/Get calls: answered with throttling",
  throttleFirst: "the first N Describe/List/Get calls are answered with throttling",
  connectionCut: "N, or SERVICE:OPERATION patterns: those requests do their work, then the connection is cut without an answer",
  expiredToken: "every signed call is answered as if its credentials had expired",
  roleNotVisible: "the first N uses of a new role by AppStream fail with InvalidRoleException",
  firehoseAssumeRole: "the first N CreateDeliveryStream calls fail with: Firehose is unable to assume role",
  putRecordBatchPartial: "a share such as 0.2 of the records of each batch is refused",
  domainThrottled: "a share of the domains' data requests is answered with 429",
  domainUnavailable: "a share of the domains' data requests is answered with 503",
  mappingConflict: "every document is refused with a mapping conflict",
  domainStuck: "domains stay in Processing until the switch is taken back",
  quota: "NAME=VALUE pairs, comma-separated, with the names of Service Quotas: what AppStream allows, such as Stacks=1",
  fleetError: "an error code such as IGW_NOT_ATTACHED: fleets fail to start with it",
  imageFailed: "images end as FAILED",
  builderFailed: "image builders end as FAILED",
  resourceFailure:
    "logical ids or resource types, comma-separated: CloudFormation fails to create or update those; after = the service's error, as CODE: MESSAGE",
  rollbackFailure: "logical ids or resource types, comma-separated: CloudFormation fails to roll back an update of those",
  deleteFailure: "logical ids or resource types, comma-separated: CloudFormation fails to delete those",
} as const;

export type FaultName = keyof typeof faultNames;

const collection = "faults";

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultNames, name);
}

/** The switch's value ("" when it was given none), or undefined while it is off. */
export function fault(world: World, name: FaultName): string | undefined {
  const value = world.collection(collection).get(name)?.["value"];
  return typeof value === "string" ? value : undefined;
}

/** Undefined takes the switch back. */
export function setFault(world: World, name: FaultName, value: string | undefined): void {
  if (value === undefined) {
    world.collection(collection).delete(name);
  } else {
    world.collection(collection).set(name, { value });
  }
  world.save();
}

/** For switches that count: true while uses are left, each call uses one up. Without a number it never ends. */
export function takeFault(world: World, name: FaultName): boolean {
  const value = fault(world, name);
  if (value === undefined) {
    return false;
  }
  const left = Number(value);
  if (value === "" || !Number.isInteger(left)) {
    return true;
  }
  setFault(world, name, left > 1 ? String(left - 1) : undefined);
  return left > 0;
}

/** For switches whose value is a share: true for that share of calls. Without a value: always. */
export function rollFault(world: World, name: FaultName): boolean {
  const value = fault(world, name);
  return value !== undefined && (value === "" || world.random() < Number(value));
}

/** For switches whose value lists patterns. Without a value it matches all. */
export function matchesFault(world: World, name: FaultName, ...subjects: readonly string[]): boolean {
  const value = fault(world, name);
  if (value === undefined) {
    return false;
  }
  return (value === "" ? "*" : value).split(",").some((pattern) => subjects.some((subject) => wildcard(pattern.trim(), subject)));
}

/** For `resourceFailure`: the service's error of a resource that is to fail. */
export function resourceFailure(
  world: World,
  ...subjects: readonly string[]
): { readonly code: string; readonly message: string } | undefined {
  const [, patterns = "", , code = "InternalFailure", message = "The sandbox was told to let this resource fail."] =
    /^([^=]*)(=(\w+): (.*))?$/s.exec(fault(world, "resourceFailure") ?? "=") ?? [];
  const isMeant = patterns.split(",").some((pattern) => subjects.some((subject) => wildcard(pattern.trim(), subject)));
  return patterns !== "" && isMeant ? { code, message } : undefined;
}

/** IAM's wildcards: * and ?, ignoring case. */
export function wildcard(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "is").test(text);
}

export function allFaults(world: World): Record<string, string> {
  return Object.fromEntries([...world.collection(collection)].map(([name, item]) => [name, String(item["value"])]));
}
