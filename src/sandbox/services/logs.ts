import { ServiceError, type Call, type Input, type Output, type Service } from "../service";
import type { World } from "../world";
import { eventOperations } from "./logs/events";
import {
  arnOf,
  getGroup,
  getStream,
  groupName,
  groupPattern,
  groupsOf,
  identifiedGroup,
  keyOf,
  page,
  read,
  streamName,
  type LogGroup,
} from "./logs/groups";
import { tagOperations, tagsOf } from "./logs/tagging";

const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** CloudWatch Logs: groups, streams, events, retention and tags. */
export function createLogs(world: World): Service {
  return {
    name: "logs",
    operations: { ...groupOperations(world), ...streamOperations(world), ...eventOperations(world), ...tagOperations(world) },
  };
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
