import { scalarText, type Tag } from "../../../inputs";
import { ServiceError, type Call } from "../../../service";
import type { Item, World } from "../../../world";
import type { Properties } from "../items";

export interface HandlerContext {
  readonly world: World;
  readonly call: Call;
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  /** The resource's CreationPolicy and UpdatePolicy. */
  readonly policies: Properties;
}

/** Handlers are asked again until done; `state` is what they want to be given back then. */
export interface Progress {
  readonly isDone: boolean;
  readonly physicalId?: string;
  readonly state?: Item;
}

export interface ResourceType {
  readonly properties: readonly string[];
  readonly required: readonly string[];
  /** Properties whose change needs a new resource; nested ones as `A/B`. */
  readonly createOnly: readonly string[];
  /** The property that names the resource, if it has one. */
  readonly nameProperty?: string;
  readonly isTaggable: boolean;
  /** Further changes that need a new resource, given the resource's policies. */
  readonly alsoReplaces?: (before: Properties, after: Properties, policies: Properties) => readonly string[];
  create(context: HandlerContext, properties: Properties, state: Item | undefined): Promise<Progress>;
  update(
    context: HandlerContext,
    physicalId: string,
    properties: Properties,
    before: Properties,
    state: Item | undefined,
  ): Promise<Progress>;
  remove(context: HandlerContext, physicalId: string, properties: Properties, state: Item | undefined): Promise<Progress>;
  /** What Fn::GetAtt gives. */
  attributes(context: HandlerContext, physicalId: string): Promise<Record<string, string>>;
  /** The resource as it is, in the template's terms; undefined when it is gone. Absent: drift is not supported. */
  read?: (context: HandlerContext, physicalId: string) => Promise<Properties | undefined>;
}

export const done: Progress = { isDone: true };

/** Gives `fallback` when the service answers with one of the codes. */
export async function unlessCode<T>(work: Promise<T>, codes: readonly string[], fallback: T): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof ServiceError && codes.includes(thrown.code)) {
      return fallback;
    }
    throw thrown;
  }
}

/** STACK-LOGICAL-RANDOM, as CloudFormation names what the template does not. */
export function generatedName({ world, stackName, logicalId }: HandlerContext, limit: number): string {
  const random = world.randomHex(12).toUpperCase();
  return `${`${stackName}-${logicalId}`.slice(0, limit - 13)}-${random}`;
}

export function text(properties: Properties, name: string): string | undefined {
  return scalarText(properties[name]);
}

export function records(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}

export function pick(properties: Properties, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]));
}

export function tagsOf(properties: Properties): Tag[] {
  return records(properties["Tags"]).map((tag) => ({ Key: scalarText(tag["Key"]) ?? "", Value: scalarText(tag["Value"]) ?? "" }));
}

export function systemTags({ stackId, stackName, logicalId }: HandlerContext): Tag[] {
  return [
    { Key: "aws:cloudformation:stack-name", Value: stackName },
    { Key: "aws:cloudformation:stack-id", Value: stackId },
    { Key: "aws:cloudformation:logical-id", Value: logicalId },
  ];
}

export const withoutSystemTags = (tags: readonly Tag[]): Tag[] => tags.filter((tag) => !tag.Key.startsWith("aws:"));

export const toTagMap = (tags: readonly Tag[]): Record<string, string> => Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value]));

export const fromTagMap = (map: unknown): Tag[] =>
  Object.entries((map ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));

export const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** JSON with sorted keys and scalars as text: CloudFormation treats "true" and true alike. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
      .join(",")}}`;
  }
  return JSON.stringify(scalarText(value) ?? "");
}

export const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** A policy document given as object or text, as text. */
export const documentText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? {}));
