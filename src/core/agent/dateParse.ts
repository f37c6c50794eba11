import { type DotnetDate, toLocal, wallOf } from "../config/decoration/dotnetDate";
import { type DateToken, parseDateFormat } from "../config/decoration/dotnetDateFormat";
import { invariantCulture } from "../config/decoration/culture";
import type { AgentEnvironment } from "./environment";

export interface DateParts {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  /** Seven digits. */
  fraction?: number;
  pm?: boolean;
  twelveHours?: boolean;
  /** 0 is Sunday. */
  weekday?: number;
  /** Minutes east of UTC, when the text says so. */
  offset?: number;
  /** The zone is written as Z or GMT. */
  namedZone?: boolean;
}

/** What a text without zone means; `roundtrip` also keeps Z as UTC. */
export type AssumedZone = "none" | "universal" | "local" | "roundtrip";

const standardPatterns: Readonly<Record<string, string>> = {
  o: "yyyy-MM-ddTHH:mm:ss.fffffffK",
  O: "yyyy-MM-ddTHH:mm:ss.fffffffK",
  s: "yyyy-MM-ddTHH:mm:ss",
  u: "yyyy-MM-dd HH:mm:ss'Z'",
  r: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  R: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  d: invariantCulture.shortDate,
  t: invariantCulture.shortTime,
  T: invariantCulture.longTime,
  g: `${invariantCulture.shortDate} ${invariantCulture.shortTime}`,
  G: `${invariantCulture.shortDate} ${invariantCulture.longTime}`,
  D: invariantCulture.longDate,
  f: `${invariantCulture.longDate} ${invariantCulture.shortTime}`,
  F: `${invariantCulture.longDate} ${invariantCulture.longTime}`,
  m: invariantCulture.monthDay,
  M: invariantCulture.monthDay,
  y: invariantCulture.yearMonth,
  Y: invariantCulture.yearMonth,
};

/** DateTime.TryParseExact in the invariant culture; undefined when the text does not fit. */
export function parseDateExact(
  text: string,
  format: string,
  environment: AgentEnvironment,
  assume: AssumedZone = "none",
): DotnetDate | undefined {
  const pattern = standardPatterns[format] ?? format;
  const parsed = parseDateFormat(pattern);
  if (format === "" || parsed.problems.length > 0 || parsed.standard !== undefined) {
    return undefined;
  }
  const parts: DateParts = {};
  let at = 0;
  for (let index = 0; index < parsed.tokens.length; index++) {
    const token = parsed.tokens[index] as DateToken;
    const next = parsed.tokens[index + 1];
    if (token.kind === "literal" && isBare(token) && token.text === "G" && /^GMT/i.test(pattern.slice(token.span.start))) {
      index += 2;
      at = readLiteral(text, at, "GMT") ?? Number.NaN;
      parts.offset = 0;
    } else if (token.kind === "literal" && isBare(token) && token.text === "." && next?.kind === "field" && next.letter === "F") {
      // The point of ".F" may be missing, and the fraction with it.
      const after = readLiteral(text, at, ".");
      index += after === undefined ? 1 : 0;
      at = after ?? at;
    } else {
      at = readToken(text, at, token, parts) ?? Number.NaN;
    }
    if (Number.isNaN(at)) {
      return undefined;
    }
  }
  return at === text.length ? assembleDate(parts, environment, assume) : undefined;
}

/** Neither quoted nor escaped. */
const isBare = (token: DateToken): boolean => token.span.end - token.span.start === 1;

function readLiteral(text: string, at: number, expected: string): number | undefined {
  return text.startsWith(expected, at) ? at + expected.length : undefined;
}

function readToken(text: string, at: number, token: DateToken, parts: DateParts): number | undefined {
  switch (token.kind) {
    case "dateSeparator":
      return readLiteral(text, at, "/");
    case "timeSeparator":
      return readLiteral(text, at, ":");
    case "field":
      return readField(text, at, token.letter, token.count, parts);
    case "literal": {
      // A bare Z is the zone's name, not a letter.
      const zone = isBare(token) && token.text === "Z" ? /^(?:GMT|Z)/i.exec(text.slice(at))?.[0] : undefined;
      if (zone !== undefined) {
        parts.offset = 0;
        return at + zone.length;
      }
      return readLiteral(text, at, token.text);
    }
  }
}

function readField(text: string, at: number, letter: string, count: number, parts: DateParts): number | undefined {
  switch (letter) {
    case "d":
      return count <= 2
        ? readNumber(text, at, count, 2, (value) => (parts.day = value))
        : readName(text, at, count === 3 ? invariantCulture.shortDays : invariantCulture.days, (index) => (parts.weekday = index));
    case "M":
      return count <= 2
        ? readNumber(text, at, count, 2, (value) => (parts.month = value))
        : readName(text, at, count === 3 ? invariantCulture.shortMonths : invariantCulture.months, (index) => (parts.month = index + 1));
    case "y":
      return readNumber(text, at, count, Math.max(2, count), (value) => (parts.year = count > 2 ? value : fullYear(value)));
    case "h":
      parts.twelveHours = true;
      return readNumber(text, at, count, 2, (value) => (parts.hour = value));
    case "H":
      return readNumber(text, at, count, 2, (value) => (parts.hour = value));
    case "m":
      return readNumber(text, at, count, 2, (value) => (parts.minute = value));
    case "s":
      return readNumber(text, at, count, 2, (value) => (parts.second = value));
    case "f":
    case "F":
      return readFraction(text, at, letter, count, parts);
    case "t":
      return readName(text, at, count === 1 ? ["A", "P"] : ["AM", "PM"], (index) => (parts.pm = index === 1));
    case "K":
      return readZone(text, at, true, 3, parts);
    case "z":
      return readZone(text, at, false, count, parts);
    default:
      return undefined;
  }
}

/** Two digits of a year: up to 29 they mean this century, as .NET has it without a setting of Windows. */
export function fullYear(value: number): number {
  return value + (value < 30 ? 2000 : 1900);
}

function readNumber(text: string, at: number, count: number, most: number, set: (value: number) => void): number | undefined {
  const least = count === 1 ? 1 : Math.min(count, most);
  const digits = /^\d+/.exec(text.slice(at, at + most))?.[0] ?? "";
  if (digits.length < least) {
    return undefined;
  }
  set(Number(digits));
  return at + digits.length;
}

function readName(text: string, at: number, names: readonly string[], set: (index: number) => void): number | undefined {
  const rest = text.slice(at).toLowerCase();
  const matching = names.map((name, index) => ({ name, index })).filter(({ name }) => rest.startsWith(name.toLowerCase()));
  const longest = matching.sort((a, b) => b.name.length - a.name.length)[0];
  if (longest === undefined) {
    return undefined;
  }
  set(longest.index);
  return at + longest.name.length;
}

function readFraction(text: string, at: number, letter: string, count: number, parts: DateParts): number | undefined {
  const digits = /^\d*/.exec(text.slice(at, at + count))?.[0] ?? "";
  if (letter === "f" && digits.length < count) {
    return undefined;
  }
  parts.fraction = Number(digits.padEnd(7, "0"));
  return at + digits.length;
}

const zonePatterns = [/^([+-])(\d{1,2})/, /^([+-])(\d{2})/, /^([+-])(\d{1,2})(?::?([0-5]\d))/];

/** `z`, `zz` and `zzz`; K also takes Z, or nothing. */
function readZone(text: string, at: number, isKind: boolean, count: number, parts: DateParts): number | undefined {
  const rest = text.slice(at);
  if (isKind && rest.startsWith("Z")) {
    parts.offset = 0;
    return at + 1;
  }
  const match = zonePatterns[Math.min(count, 3) - 1]?.exec(rest) ?? null;
  if (match === null) {
    return isKind && !/^[+-]/.test(rest) ? at : undefined;
  }
  parts.offset = (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0));
  return at + match[0].length;
}

/** Fills in what the text does not say; undefined for a day or time that does not exist. */
export function assembleDate(parts: DateParts, environment: AgentEnvironment, assume: AssumedZone): DotnetDate | undefined {
  const today = new Date(toLocal({ kind: "date", wall: environment.now(), ticks: 0, zone: "utc" }, environment.localOffset).wall);
  const dateGiven = parts.year !== undefined || parts.month !== undefined || parts.day !== undefined;
  const year = parts.year ?? today.getUTCFullYear();
  const midnight = wallOf(
    year,
    parts.month ?? (dateGiven ? 1 : today.getUTCMonth() + 1),
    parts.day ?? (dateGiven ? 1 : today.getUTCDate()),
  );
  const hour = hourOf(parts);
  const minute = parts.minute ?? 0;
  const second = parts.second ?? 0;
  if (midnight === undefined || hour === undefined || minute > 59 || second > 59) {
    return undefined;
  }
  if (parts.weekday !== undefined && new Date(midnight).getUTCDay() !== parts.weekday) {
    return undefined;
  }
  const fraction = String(parts.fraction ?? 0).padStart(7, "0");
  const wall = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3));
  const at: DotnetDate = { kind: "date", wall, ticks: Number(fraction.slice(3)), zone: "unspecified" };
  if (parts.offset !== undefined) {
    const utc: DotnetDate = { ...at, wall: wall - parts.offset * 60_000, zone: "utc" };
    const staysUtc = assume === "universal" || (assume === "roundtrip" && parts.offset === 0 && parts.namedZone === true);
    return staysUtc ? utc : toLocal(utc, environment.localOffset);
  }
  return assume === "none" || assume === "roundtrip" ? at : { ...at, zone: assume === "universal" ? "utc" : "local" };
}

function hourOf(parts: DateParts): number | undefined {
  const hour = parts.hour ?? 0;
  if (parts.twelveHours === true || parts.pm !== undefined) {
    if (hour > 12) {
      return parts.pm === true && hour < 24 && parts.twelveHours !== true ? hour : undefined;
    }
    return (hour % 12) + (parts.pm === true ? 12 : 0);
  }
  return hour > 23 ? undefined : hour;
}
