import type { Reader } from "../../inputs";
import { pageOf } from "../../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { getGroup, getStream, groupName, identifiedGroup, invalidToken, read, streamName, type LogEvent } from "./groups";

/** Events kept of one stream: the sandbox is no archive. */
const streamLimit = 5_000;

export function eventOperations(world: World): Service["operations"] {
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
