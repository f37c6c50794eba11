import { toArn } from "../arns";
import { pageOf, Reader } from "../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../service";
import type { Item, World } from "../world";

interface LogEvent {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

interface LogStream {
  created: number;
  events: LogEvent[];
}

/** Keyed by region and name. */
interface LogGroup extends Item {
  name: string;
  region: string;
  created: number;
  retention?: number;
  kmsKeyId?: string;
  tags: Record<string, string>;
  streams: Record<string, LogStream>;
}

const groupPattern = /^[.\-_/#A-Za-z0-9]+$/;
const streamPattern = /^[^:*]*$/;
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** Events kept of one stream: the sandbox is no archive. */
const streamLimit = 5_000;

const read = (input: Input): Reader => new Reader(input, "InvalidParameterException");
const groupName = (reader: Reader, name = "logGroupName"): string => reader.requiredText(name, { min: 1, max: 512, pattern: groupPattern });
const streamName = (reader: Reader): string => reader.requiredText("logStreamName", { min: 1, max: 512, pattern: streamPattern });

/** CloudWatch Logs: groups, streams, events, retention and tags. */
export function createLogs(world: World): Service {
  return {
    name: "logs",
    operations: { ...groupOperations(world), ...streamOperations(world), ...eventOperations(world), ...tagOperations(world) },
  };
}

function groupsOf(world: World): Map<string, LogGroup> {
  return world.collection("logs.groups") as Map<string, LogGroup>;
}

const keyOf = (region: string, name: string): string => `${region}/${name}`;

function getGroup(world: World, call: Call, name: string): LogGroup {
  const group = groupsOf(world).get(keyOf(call.region, name));
  if (group === undefined) {
    throw new ServiceError("ResourceNotFoundException", "The specified log group does not exist.");
  }
  return group;
}

/** A group by name, by ARN with or without the trailing `:*`. */
function identifiedGroup(world: World, call: Call, reader: Reader): LogGroup {
  const identifier = reader.text("logGroupIdentifier");
  return getGroup(world, call, identifier === undefined ? groupName(reader) : nameFromArn(identifier));
}

const nameFromArn = (text: string): string => /^arn:[^:]+:logs:[^:]*:\d*:log-group:([^:]+)/.exec(text)?.[1] ?? text;

function getStream(group: LogGroup, name: string): LogStream {
  const stream = Object.hasOwn(group.streams, name) ? group.streams[name] : undefined;
  if (stream === undefined) {
    throw new ServiceError("ResourceNotFoundException", "The specified log stream does not exist.");
  }
  return stream;
}

function arnOf(world: World, group: LogGroup): string {
  return toArn("logs", group.region, world.account, `log-group:${group.name}`);
}

function groupOperations(world: World): Service["operations"] {
  return {
    CreateLogGroup: (input, call) => {
      const reader = read(input);
      const name = groupName(reader);
      const kmsKeyId = reader.text("kmsKeyId");
      if (groupsOf(world).has(keyOf(call.region, name))) {
        throw new ServiceError("ResourceAlreadyExistsException", "The specified log group already exists");
      }
      groupsOf(world).set(keyOf(call.region, name), {
        name,
        region: call.region,
        created: world.now(),
        tags: tagsOf(reader, "tags"),
        streams: {},
        ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      });
      world.save();
      return undefined;
    },
    DeleteLogGroup: (input, call) => {
      const group = getGroup(world, call, groupName(read(input)));
      groupsOf(world).delete(keyOf(call.region, group.name));
      world.save();
      return undefined;
    },
    DescribeLogGroups: (input, call) => describeGroups(world, input, call),
    PutRetentionPolicy: (input, call) => {
      const reader = read(input);
      const group = getGroup(world, call, groupName(reader));
      const days = reader.number("retentionInDays");
      if (days === undefined || !retentionDays.includes(days)) {
        throw reader.violation("retentionInDays", days ?? null, `Member must satisfy enum value set: [${retentionDays.join(", ")}]`);
      }
      group.retention = days;
      world.save();
      return undefined;
    },
    DeleteRetentionPolicy: (input, call) => {
      const group = getGroup(world, call, groupName(read(input)));
      delete group.retention;
      world.save();
      return undefined;
    },
  };
}

function describeGroups(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const prefix = reader.text("logGroupNamePrefix", { min: 1, max: 512, pattern: groupPattern }) ?? "";
  const part = reader.text("logGroupNamePattern") ?? "";
  const found = [...groupsOf(world).values()]
    .filter((group) => group.region === call.region && group.name.startsWith(prefix) && group.name.includes(part))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return page(
    reader,
    "logGroups",
    found.map((group) => describeGroup(world, group)),
  );
}

function describeGroup(world: World, group: LogGroup): Record<string, unknown> {
  const arn = arnOf(world, group);
  return {
    logGroupName: group.name,
    creationTime: group.created,
    retentionInDays: group.retention,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    kmsKeyId: group.kmsKeyId,
    storedBytes: 0,
    logGroupClass: "STANDARD",
  };
}

function page(reader: Reader, name: string, items: readonly unknown[]): Output {
  const { items: found, next } = pageOf(items, reader.text("nextToken"), reader.number("limit", 1, 50) ?? 50, invalidToken);
  return { [name]: found, nextToken: next };
}

const invalidToken = (): ServiceError => new ServiceError("InvalidParameterException", "The specified nextToken is invalid.");

function streamOperations(world: World): Service["operations"] {
  return {
    CreateLogStream: (input, call) => {
      const reader = read(input);
      const name = streamName(reader);
      const group = getGroup(world, call, groupName(reader));
      if (Object.hasOwn(group.streams, name)) {
        throw new ServiceError("ResourceAlreadyExistsException", "The specified log stream already exists");
      }
      group.streams[name] = { created: world.now(), events: [] };
      world.save();
      return undefined;
    },
    DeleteLogStream: (input, call) => {
      const reader = read(input);
      const name = streamName(reader);
      const group = getGroup(world, call, groupName(reader));
      getStream(group, name);
      group.streams = Object.fromEntries(Object.entries(group.streams).filter(([key]) => key !== name));
      world.save();
      return undefined;
    },
    DescribeLogStreams: (input, call) => {
      const reader = read(input);
      const group = identifiedGroup(world, call, reader);
      const prefix = reader.text("logStreamNamePrefix") ?? "";
      const byTime = reader.text("orderBy", { values: ["LogStreamName", "LastEventTime"] }) === "LastEventTime";
      if (byTime && reader.has("logStreamNamePrefix")) {
        throw new ServiceError("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.");
      }
      const names = Object.keys(group.streams)
        .filter((name) => name.startsWith(prefix))
        .sort((a, b) => (byTime ? lastTime(group, a) - lastTime(group, b) : 0) || (a < b ? -1 : 1));
      const ordered = reader.flag("descending") === true ? names.reverse() : names;
      return page(
        reader,
        "logStreams",
        ordered.map((name) => describeStream(world, group, name)),
      );
    },
  };
}

const lastTime = (group: LogGroup, name: string): number => group.streams[name]?.events.at(-1)?.timestamp ?? 0;

function describeStream(world: World, group: LogGroup, name: string): Record<string, unknown> {
  const stream = getStream(group, name);
  const last = stream.events.at(-1);
  return {
    logStreamName: name,
    creationTime: stream.created,
    firstEventTimestamp: stream.events[0]?.timestamp,
    lastEventTimestamp: last?.timestamp,
    lastIngestionTime: last?.ingestionTime,
    uploadSequenceToken: last === undefined ? undefined : "49039859627270509341885380055921428000000000000000000001",
    arn: `${arnOf(world, group)}:log-stream:${name}`,
    storedBytes: 0,
  };
}

function eventOperations(world: World): Service["operations"] {
  return {
    PutLogEvents: (input, call) => {
      const reader = read(input);
      const group = getGroup(world, call, groupName(reader));
      const stream = getStream(group, streamName(reader));
      const events = reader.structures("logEvents", 10_000).map((event) => ({
        timestamp: event.number("timestamp", 0) ?? 0,
        message: event.requiredText("message", { min: 1 }),
        ingestionTime: world.now(),
      }));
      if (events.length === 0) {
        throw reader.violation("logEvents", "[]", "Member must have length greater than or equal to 1");
      }
      if (events.some((event, at) => event.timestamp < (events[at - 1]?.timestamp ?? 0))) {
        throw new ServiceError("InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.");
      }
      const { accepted, rejected } = sift(events, world.now(), group.retention);
      stream.events = [...stream.events, ...accepted].sort((a, b) => a.timestamp - b.timestamp).slice(-streamLimit);
      world.save();
      return { nextSequenceToken: "49039859627270509341885380055921428000000000000000000001", rejectedLogEventsInfo: rejected };
    },
    GetLogEvents: (input, call) => getLogEvents(world, input, call),
    FilterLogEvents: (input, call) => filterLogEvents(world, input, call),
  };
}

const day = 86_400_000;

/** Events older than two weeks or than the group keeps them, or more than two hours ahead, are refused one by one. */
function sift(
  events: readonly LogEvent[],
  now: number,
  retention: number | undefined,
): { readonly accepted: readonly LogEvent[]; readonly rejected: Record<string, number> | undefined } {
  const tooOld = events.filter((event) => event.timestamp < now - 14 * day).length;
  const expired = events.filter((event) => retention !== undefined && event.timestamp < now - retention * day).length;
  const future = events.findIndex((event) => event.timestamp > now + day / 12);
  const rejected = {
    ...(tooOld === 0 ? {} : { tooOldLogEventEndIndex: tooOld }),
    ...(expired === 0 ? {} : { expiredLogEventEndIndex: expired }),
    ...(future < 0 ? {} : { tooNewLogEventStartIndex: future }),
  };
  return {
    accepted: events.slice(Math.max(tooOld, expired), future < 0 ? undefined : future),
    rejected: Object.keys(rejected).length === 0 ? undefined : rejected,
  };
}

const inTime = (reader: Reader): ((event: LogEvent) => boolean) => {
  const start = reader.number("startTime", 0) ?? 0;
  const end = reader.number("endTime", 0) ?? Infinity;
  return (event) => event.timestamp >= start && event.timestamp < end;
};

/** Tokens are positions: `f/N` goes on forwards from N, `b/N` backwards from N. */
function getLogEvents(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const group = identifiedGroup(world, call, reader);
  const events = getStream(group, streamName(reader)).events.filter(inTime(reader));
  const limit = reader.number("limit", 1, 10_000) ?? 10_000;
  const token = reader.text("nextToken");
  const [, direction, position] = /^([fb])\/(\d{1,9})$/.exec(token ?? "") ?? [];
  if (token !== undefined && direction === undefined) {
    throw invalidToken();
  }
  const at = Number(position);
  const fromStart = reader.flag("startFromHead") ?? false;
  const start = direction === "f" ? at : direction === "b" ? Math.max(0, at - limit) : fromStart ? 0 : Math.max(0, events.length - limit);
  const end = direction === "b" ? at : Math.min(events.length, start + limit);
  return { events: events.slice(start, end), nextForwardToken: `f/${end}`, nextBackwardToken: `b/${start}` };
}

function filterLogEvents(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const group = identifiedGroup(world, call, reader);
  const names = reader.texts("logStreamNames", 100);
  const prefix = reader.text("logStreamNamePrefix") ?? "";
  const isWanted = toFilter(reader.text("filterPattern") ?? "");
  const found = Object.entries(group.streams)
    .filter(([name]) => (names.length === 0 || names.includes(name)) && name.startsWith(prefix))
    .flatMap(([name, stream]) =>
      stream.events.map((event, at) => ({ logStreamName: name, ...event, eventId: `${event.timestamp}${String(at).padStart(12, "0")}` })),
    )
    .filter((event) => inTime(reader)(event) && isWanted(event.message))
    .sort((a, b) => a.timestamp - b.timestamp);
  const { items, next } = pageOf(found, reader.text("nextToken"), reader.number("limit", 1, 10_000) ?? 10_000, invalidToken);
  return { events: items, searchedLogStreams: [], nextToken: next };
}

/** Terms of the filter syntax: all words, `?word` for any of them, `-word` for none; quotes keep words together. */
function toFilter(pattern: string): (message: string) => boolean {
  const terms = [...pattern.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)].map(([, sign = "", quoted, word]) => ({
    sign,
    text: quoted ?? word ?? "",
  }));
  const of = (sign: string): string[] => terms.filter((term) => term.sign === sign).map((term) => term.text);
  return (message) => {
    const has = (text: string): boolean => message.includes(text);
    const any = of("?");
    return of("").every(has) && (any.length === 0 || any.some(has)) && !of("-").some(has);
  };
}

function tagOperations(world: World): Service["operations"] {
  const named = (input: Input, call: Call): { reader: Reader; group: LogGroup } => {
    const reader = read(input);
    const arn = reader.text("resourceArn");
    if (arn?.endsWith(":*") === true) {
      throw new ServiceError("InvalidParameterException", "The resource ARN is not valid: it must not end with :*.");
    }
    return { reader, group: getGroup(world, call, arn === undefined ? groupName(reader) : nameFromArn(arn)) };
  };
  const list = (input: Input, call: Call): Output => ({ tags: { ...named(input, call).group.tags } });
  const add = (input: Input, call: Call): Output => {
    const { reader, group } = named(input, call);
    group.tags = { ...group.tags, ...tagsOf(reader, "tags") };
    if (Object.keys(group.tags).length > 50) {
      throw new ServiceError("TooManyTagsException", "A resource can have up to 50 tags.");
    }
    world.save();
    return undefined;
  };
  const remove = (input: Input, call: Call): Output => {
    const { reader, group } = named(input, call);
    const keys = [...reader.texts("tagKeys"), ...reader.texts("tags")];
    group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key)));
    world.save();
    return undefined;
  };
  return {
    ListTagsForResource: list,
    ListTagsLogGroup: list,
    TagResource: add,
    TagLogGroup: add,
    UntagResource: remove,
    UntagLogGroup: remove,
  };
}

function tagsOf(reader: Reader, name: string): Record<string, string> {
  const raw = reader.raw(name) ?? {};
  if (typeof raw !== "object" || Array.isArray(raw)) {
    throw new ServiceError("SerializationException", `${name} must be a map.`);
  }
  const entries = Object.entries(raw).map(([key, value]) => [key, String(value as string)] as const);
  if (entries.length > 50 || entries.some(([key, value]) => key.length < 1 || key.length > 128 || value.length > 256)) {
    throw new ServiceError("InvalidParameterException", "A tag key has 1 to 128 characters, a value at most 256; up to 50 tags.");
  }
  return Object.fromEntries(entries);
}
