import { pageOf } from "../../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../../service";
import type { Item, World } from "../../world";
import { contextOf, differencesOf } from "./actualState";
import { read, stackReference } from "./inputs";
import { getLivingStack, getStack, isBusy, stacksOf, validationError, type Properties, type ResourceItem, type StackItem } from "./items";
import { typeOf } from "./types/registry";

const task = "cfn.drift";

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
  const actual = await readActual(contextOf(world, stack, id, item, call), item.physicalId);
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
