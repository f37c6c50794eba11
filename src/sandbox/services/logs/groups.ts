import { toArn } from "../../arns";
import { pageOf, Reader } from "../../inputs";
import { ServiceError, type Call, type Input, type Output } from "../../service";
import type { Item, World } from "../../world";

export interface LogEvent {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

interface LogStream {
  created: number;
  events: LogEvent[];
}

/** Keyed by region and name. */
export interface LogGroup extends Item {
  name: string;
  region: string;
  created: number;
  retention?: number;
  kmsKeyId?: string;
  tags: Record<string, string>;
  streams: Record<string, LogStream>;
}

export const groupPattern = /^[.\-_/#A-Za-z0-9]+$/;
const streamPattern = /^[^:*]*$/;

export const read = (input: Input): Reader => new Reader(input, "InvalidParameterException");
export const groupName = (reader: Reader, name = "logGroupName"): string =>
  reader.requiredText(name, { min: 1, max: 512, pattern: groupPattern });
export const streamName = (reader: Reader): string => reader.requiredText("logStreamName", { min: 1, max: 512, pattern: streamPattern });

export function groupsOf(world: World): Map<string, LogGroup> {
  return world.collection("logs.groups") as Map<string, LogGroup>;
}

export const keyOf = (region: string, name: string): string => `${region}/${name}`;

export function getGroup(world: World, call: Call, name: string): LogGroup {
  const group = groupsOf(world).get(keyOf(call.region, name));
  if (group === undefined) {
    throw new ServiceError("ResourceNotFoundException", "The specified log group does not exist.");
  }
  return group;
}

/** A group by name, by ARN with or without the trailing `:*`. */
export function identifiedGroup(world: World, call: Call, reader: Reader): LogGroup {
  const identifier = reader.text("logGroupIdentifier");
  return getGroup(world, call, identifier === undefined ? groupName(reader) : nameFromArn(identifier));
}

export const nameFromArn = (text: string): string => /^arn:[^:]+:logs:[^:]*:\d*:log-group:([^:]+)/.exec(text)?.[1] ?? text;

export function getStream(group: LogGroup, name: string): LogStream {
  const stream = Object.hasOwn(group.streams, name) ? group.streams[name] : undefined;
  if (stream === undefined) {
    throw new ServiceError("ResourceNotFoundException", "The specified log stream does not exist.");
  }
  return stream;
}

export function arnOf(world: World, group: LogGroup): string {
  return toArn("logs", group.region, world.account, `log-group:${group.name}`);
}

export function page(reader: Reader, name: string, items: readonly unknown[]): Output {
  const { items: found, next } = pageOf(items, reader.text("nextToken"), reader.number("limit", 1, 50) ?? 50, invalidToken);
  return { [name]: found, nextToken: next };
}

export const invalidToken = (): ServiceError => new ServiceError("InvalidParameterException", "The specified nextToken is invalid.");
