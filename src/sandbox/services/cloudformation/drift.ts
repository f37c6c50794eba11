import { pageOf } from "../../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../../service";
import type { Item, World } from "../../world";
import { read, stackReference } from "./inputs";
import { getLivingStack, getStack, isBusy, stacksOf, validationError, type Properties, type ResourceItem, type StackItem } from "./items";
import { typeOf } from "./types/registry";
import { asObject, canonical, isSame } from "./types/resourceType";

const task = "cfn.drift";

interface Difference {
  readonly PropertyPath: string;
  readonly ExpectedValue: string;
  readonly ActualValue: string;
  readonly DifferenceType: "ADD" | "REMOVE" | "NOT_EQUAL";
}

/** Drift: what the template says beside what there is. Only properties in the template count. */
export function driftOperations(world: World): Service["operations"] {
  return {
    DetectStackDrift: (input, call) => detect(world, input, call),
    DescribeStackDriftDetectionStatus: (input) => describeDetection(world, input),
    DescribeStackResourceDrifts: (input, call) => describeDrifts(world, input, call),
    DetectStackResourceDrift: async (input, call) => {
      const reader = read(input);
      const stack = getLivingStack(world, call, stackReference(reader));
      const id = reader.requiredText("LogicalResourceId");
      const item = stack.resources[id];
      if (item === undefined) {
        throw validationError(`Resource ${id} does not exist for stack ${stack.name}`);
      }
      return { StackResourceDrift: shownDrift(await compareResource(world, stack, id, item, call)) };
    },
  };
}

export function startDrift(world: World): void {
  world.on(task, async (due) => {
    const detection = world.collection("cfn.drifts").get(due.key);
    const stack = stacksOf(world).get(String(detection?.["stackId"]));
    if (detection === undefined || stack === undefined || world.dispatcher === undefined) {
      return;
    }
    const caller = { accessKeyId: String(detection["accessKeyId"]), region: stack.region, service: "cloudformation" };
    await run(world, detection, stack, world.dispatcher.callFor(caller));
  });
}

function detect(world: World, input: Input, call: Call): Output {
  const stack = getLivingStack(world, call, stackReference(read(input)));
  if (isBusy(stack) || stack.status === "REVIEW_IN_PROGRESS") {
    throw validationError(`Drift detection cannot be started on stack [${stack.id}] while it is in ${stack.status} state.`);
  }
  const id = world.uuid();
  const item: Item = { stackId: stack.id, status: "DETECTION_IN_PROGRESS", time: world.now(), accessKeyId: call.accessKeyId ?? "" };
  world.collection("cfn.drifts").set(id, item);
  world.schedule(task, id, Math.max(20, world.interval(4)));
  return { StackDriftDetectionId: id };
}

async function run(world: World, detection: Item, stack: StackItem, call: Call): Promise<void> {
  const drifts: Item[] = [];
  const failures: string[] = [];
  for (const [id, item] of Object.entries(stack.resources)) {
    try {
      drifts.push(await compareResource(world, stack, id, item, call));
    } catch (thrown) {
      if (!(thrown instanceof ServiceError)) {
        throw thrown;
      }
      failures.push(`Failed to detect drift on resource [${id}]: ${thrown.message}`);
    }
  }
  const drifted = drifts.filter(
    (drift) => drift["StackResourceDriftStatus"] === "MODIFIED" || drift["StackResourceDriftStatus"] === "DELETED",
  );
  stack.drift = drifted.length > 0 ? "DRIFTED" : "IN_SYNC";
  stack.driftChecked = world.now();
  Object.assign(detection, {
    status: failures.length > 0 ? "DETECTION_FAILED" : "DETECTION_COMPLETE",
    reason: failures.length > 0 ? failures.join("; ") : undefined,
    count: drifted.length,
  });
  world.collection("cfn.stackDrifts").set(stack.id, { list: drifts });
  world.save();
}

async function compareResource(world: World, stack: StackItem, id: string, item: ResourceItem, call: Call): Promise<Item> {
  const { read: readActual } = typeOf(item.type);
  const base = {
    StackId: stack.id,
    LogicalResourceId: id,
    PhysicalResourceId: item.physicalId,
    ResourceType: item.type,
    Timestamp: world.now(),
  };
  item.driftChecked = world.now();
  if (readActual === undefined || item.physicalId === undefined) {
    item.drift = "NOT_CHECKED";
    return { ...base, StackResourceDriftStatus: readActual === undefined ? "UNSUPPORTED" : "NOT_CHECKED" };
  }
  const context = { world, call, stackId: stack.id, stackName: stack.name, logicalId: id, policies: item.policies };
  const actual = await readActual(context, item.physicalId);
  const expected = item.properties;
  const differences = actual === undefined ? [] : differencesOf(expected, actual);
  item.drift = actual === undefined ? "DELETED" : differences.length > 0 ? "MODIFIED" : "IN_SYNC";
  return {
    ...base,
    StackResourceDriftStatus: item.drift,
    ExpectedProperties: JSON.stringify(expected),
    ActualProperties: actual === undefined ? undefined : JSON.stringify(only(actual, expected)),
    PropertyDifferences: differences,
  };
}

const only = (actual: Properties, expected: Properties): Properties =>
  Object.fromEntries(Object.entries(actual).filter(([name]) => expected[name] !== undefined));

/** Properties that the resource's description does not give cannot be compared. */
function differencesOf(expected: Properties, actual: Properties): Difference[] {
  return Object.entries(expected)
    .filter(([name]) => Object.hasOwn(actual, name))
    .flatMap(([name, value]) => differencesAt(`/${name}`, value, actual[name]));
}

function differencesAt(path: string, expected: unknown, actual: unknown): Difference[] {
  if (isSame(expected, actual)) {
    return [];
  }
  if (isKeyed(expected) && isKeyed(actual)) {
    return keyedDifferences(path, expected, actual);
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    return arrayDifferences(path, expected, actual as unknown[]);
  }
  if (isRecord(expected) && isRecord(actual)) {
    const [want, have] = [asObject(expected), asObject(actual)];
    return Object.keys(want).flatMap((key) => differencesAt(`${path}/${key}`, want[key], have[key]));
  }
  const kind = actual === undefined ? "REMOVE" : expected === undefined ? "ADD" : "NOT_EQUAL";
  return [{ PropertyPath: path, ExpectedValue: shown(expected), ActualValue: shown(actual), DifferenceType: kind }];
}

const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

const isKeyed = (value: unknown): value is { Key: string; Value: string }[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof asObject(each)["Key"] === "string");

/** Tags in any order. */
function keyedDifferences(
  path: string,
  expected: readonly { Key: string; Value: string }[],
  actual: readonly { Key: string; Value: string }[],
): Difference[] {
  const keys = [...new Set([...expected, ...actual].map((tag) => tag.Key))];
  const at = (tags: readonly { Key: string; Value: string }[], key: string): unknown => tags.find((tag) => tag.Key === key);
  return keys.flatMap((key, index) => differencesAt(`${path}/${index}`, at(expected, key), at(actual, key)).slice(0, 1));
}

function arrayDifferences(path: string, expected: readonly unknown[], actual: readonly unknown[]): Difference[] {
  const sorted = (list: readonly unknown[]): string => list.map(canonical).sort().join();
  if (sorted(expected) === sorted(actual)) {
    return [];
  }
  const length = Math.max(expected.length, actual.length);
  return Array.from({ length }, (_, index) => differencesAt(`${path}/${index}`, expected[index], actual[index])).flat();
}

const shown = (value: unknown): string => (value === undefined ? "null" : typeof value === "string" ? value : JSON.stringify(value));

function describeDetection(world: World, input: Input): Output {
  const id = read(input).requiredText("StackDriftDetectionId", { min: 1, max: 36 });
  const detection = world.collection("cfn.drifts").get(id);
  if (detection === undefined) {
    throw validationError(`StackDriftDetectionId ${id} does not exist`);
  }
  const stack = stacksOf(world).get(String(detection["stackId"]));
  const isRunning = detection["status"] === "DETECTION_IN_PROGRESS";
  return {
    StackId: detection["stackId"],
    StackDriftDetectionId: id,
    StackDriftStatus: isRunning ? undefined : stack?.drift,
    DetectionStatus: detection["status"],
    DetectionStatusReason: detection["reason"],
    DriftedStackResourceCount: isRunning ? undefined : detection["count"],
    Timestamp: new Date(Number(detection["time"])),
  };
}

const shownDrift = (drift: Item): Item => ({ ...drift, Timestamp: new Date(Number(drift["Timestamp"])) });

function describeDrifts(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const stack = getStack(world, call, stackReference(reader));
  const wanted = reader.texts("StackResourceDriftStatusFilters", 4);
  const stored = world.collection("cfn.stackDrifts").get(stack.id)?.["list"];
  const drifts = (Array.isArray(stored) ? (stored as Item[]) : [])
    .filter((drift) => wanted.length === 0 || wanted.includes(String(drift["StackResourceDriftStatus"])))
    .map(shownDrift);
  const { items, next } = pageOf(drifts, reader.text("NextToken"), reader.number("MaxResults", 1, 100) ?? 100, () =>
    validationError("Invalid NextToken"),
  );
  return { StackResourceDrifts: items, NextToken: next };
}
