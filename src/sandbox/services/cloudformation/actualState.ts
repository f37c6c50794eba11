import type { Call } from "../../service";
import type { World } from "../../world";
import type { Properties, ResourceItem, StackItem } from "./items";
import { typeOf } from "./types/registry";
import { asObject, canonical, isSame, type HandlerContext } from "./types/resourceType";

export interface Difference {
  readonly PropertyPath: string;
  readonly ExpectedValue: string;
  readonly ActualValue: string;
  readonly DifferenceType: "ADD" | "REMOVE" | "NOT_EQUAL";
}

/** A resource as it is, beside what was deployed. */
interface Actual {
  readonly status: "IN_SYNC" | "MODIFIED" | "DELETED" | "UNSUPPORTED";
  /** What differs has its actual value; absent: it is gone. */
  readonly item?: ResourceItem;
}

export async function actualOf(world: World, stack: StackItem, id: string, item: ResourceItem, call: Call): Promise<Actual> {
  const { read } = typeOf(item.type);
  if (read === undefined || item.physicalId === undefined) {
    return { status: "UNSUPPORTED", item };
  }
  const actual = await read(contextOf(world, stack, id, item, call), item.physicalId);
  if (actual === undefined) {
    return { status: "DELETED" };
  }
  const changed = new Set(differencesOf(item.properties, actual).map(({ PropertyPath: path }) => path.split("/")[1] ?? ""));
  const properties = { ...item.properties, ...Object.fromEntries([...changed].map((name) => [name, actual[name]])) };
  return changed.size === 0 ? { status: "IN_SYNC", item } : { status: "MODIFIED", item: { ...item, properties } };
}

/** A stack with its resources as they are: what is gone is not among them. */
export async function actualStack(
  world: World,
  stack: StackItem,
  call: Call,
): Promise<{ readonly stack: StackItem; readonly states: Readonly<Record<string, Actual["status"]>> }> {
  const found = await Promise.all(
    Object.entries(stack.resources).map(async ([id, item]) => [id, await actualOf(world, stack, id, item, call)] as const),
  );
  const resources = Object.fromEntries(found.flatMap(([id, { item }]) => (item === undefined ? [] : [[id, item]])));
  return { stack: { ...stack, resources }, states: Object.fromEntries(found.map(([id, { status }]) => [id, status])) };
}

export function contextOf(world: World, stack: StackItem, logicalId: string, { policies }: ResourceItem, call: Call): HandlerContext {
  return { world, call, stackId: stack.id, stackName: stack.name, logicalId, policies };
}

/** Properties that the resource's description does not give cannot be compared. */
export function differencesOf(expected: Properties, actual: Properties): Difference[] {
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
