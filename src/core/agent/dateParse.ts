import { type DotnetDate, toLocal, wallOf } from "../config/decoration/dotnetDate";
import { parseDateFormat } from "../config/decoration/dotnetDateFormat";
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
  /** Minutes east of UTC, when the text says so. */
  offset?: number;
}

export type AssumedZone = "none" | "universal" | "local";

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
};

/** DateTime.TryParseExact in the invariant culture; undefined when the text does not fit. */
export function parseDateExact(
  text: string,
  format: string,
  environment: AgentEnvironment,
  assume: AssumedZone = "none",
): DotnetDate | undefined {
  const parsed = parseDateFormat(standardPatterns[format] ?? format);
  if (format === "" || parsed.problems.length > 0 || parsed.standard !== undefined) {
    return undefined;
  }
  const parts: DateParts = {};
  let at = 0;
  for (const token of parsed.tokens) {
    const expected =
      token.kind === "literal" ? token.text : token.kind === "dateSeparator" ? "/" : token.kind === "timeSeparator" ? ":" : undefined;
    const end =
      expected === undefined
        ? readField(text, at, token as FieldToken, parts)
        : text.startsWith(expected, at)
          ? at + expected.length
          : undefined;
    if (end === undefined) {
      return undefined;
    }
    at = end;
  }
  return at === text.length ? assemble(parts, environment, assume) : undefined;
}

interface FieldToken {
  readonly kind: "field";
  readonly letter: string;
  readonly count: number;
}

function readField(text: string, at: number, { letter, count }: FieldToken, parts: DateParts): number | undefined {
  switch (letter) {
    case "d":
      return count <= 2
        ? readNumber(text, at, count, 2, (value) => (parts.day = value))
        : readName(text, at, count === 3 ? invariantCulture.shortDays : invariantCulture.days, () => undefined);
    case "M":
      return count <= 2
        ? readNumber(text, at, count, 2, (value) => (parts.month = value))
        : readName(text, at, count === 3 ? invariantCulture.shortMonths : invariantCulture.months, (index) => (parts.month = index + 1));
    case "y":
      return readNumber(
        text,
        at,
        count,
        Math.max(2, count),
        (value) => (parts.year = count > 2 ? value : value + (value < 50 ? 2000 : 1900)),
      );
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
    case "z":
      return readZone(text, at, letter, parts);
    default:
      return undefined;
  }
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

function readZone(text: string, at: number, letter: string, parts: DateParts): number | undefined {
  const match = /^(?:Z|([+-])(\d{1,2})(?::?(\d{2}))?)/.exec(text.slice(at));
  if (match === null) {
    return letter === "K" ? at : undefined;
  }
  parts.offset = match[0] === "Z" ? 0 : (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0));
  return at + match[0].length;
}

function assemble(parts: DateParts, environment: AgentEnvironment, assume: AssumedZone): DotnetDate | undefined {
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
  const fraction = String(parts.fraction ?? 0).padStart(7, "0");
  const wall = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3));
  const at: DotnetDate = { kind: "date", wall, ticks: Number(fraction.slice(3)), zone: "unspecified" };
  if (parts.offset !== undefined) {
    const utc: DotnetDate = { ...at, wall: wall - parts.offset * 60_000, zone: "utc" };
    return assume === "universal" ? utc : toLocal(utc, environment.localOffset);
  }
  return assume === "none" ? at : { ...at, zone: assume === "universal" ? "utc" : "local" };
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

const dateForms = [
  /^(?<year>\d{4})[-/](?<month>\d{1,2})[-/](?<day>\d{1,2})/,
  /^(?<month>\d{1,2})[-/](?<day>\d{1,2})[-/](?<year>\d{4}|\d{2})/,
  /^(?:[A-Za-z]{3,9},?\s+)?(?<day>\d{1,2})[\s-](?<name>[A-Za-z]{3,9})[\s-](?<year>\d{4})/,
  /^(?:[A-Za-z]{6,9},?\s+)?(?<name>[A-Za-z]{3,9})\s+(?<day>\d{1,2}),?\s+(?<year>\d{4})/,
];
const timeForm =
  /^(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,}))?)?\s*(?<half>[AaPp][Mm])?\s*(?<zone>Z|GMT|UTC|[+-]\d{1,2}(?::?\d{2})?)?$/;

/** DateTime.Parse without a format, invariant culture: the forms that logs use. */
export function parseDateFreely(text: string, environment: AgentEnvironment, assume: AssumedZone): DotnetDate | undefined {
  const trimmed = text.trim();
  const parts: DateParts = {};
  let rest = trimmed;
  for (const form of dateForms) {
    const groups = form.exec(trimmed)?.groups;
    if (groups !== undefined) {
      const month = groups["name"] === undefined ? Number(groups["month"]) : monthOf(groups["name"]);
      const year = Number(groups["year"]);
      Object.assign(parts, {
        year: groups["year"]?.length === 2 ? year + (year < 50 ? 2000 : 1900) : year,
        month,
        day: Number(groups["day"]),
      });
      rest = trimmed.replace(form, "").replace(/^[T\s,]+/, "");
      break;
    }
  }
  if (rest !== "") {
    const groups = timeForm.exec(rest)?.groups;
    if (groups === undefined) {
      return undefined;
    }
    Object.assign(parts, { hour: Number(groups["hour"]), minute: Number(groups["minute"]), second: Number(groups["second"] ?? 0) });
    parts.fraction = Number((groups["fraction"] ?? "").slice(0, 7).padEnd(7, "0"));
    if (groups["half"] !== undefined) {
      parts.pm = groups["half"].toLowerCase() === "pm";
    }
    if (groups["zone"] !== undefined) {
      readZone(groups["zone"].replace(/GMT|UTC/, "Z"), 0, "K", parts);
    }
  } else if (parts.year === undefined) {
    return undefined;
  }
  return assemble(parts, environment, assume);
}

function monthOf(name: string): number {
  return invariantCulture.shortMonths.findIndex((short) => name.toLowerCase().startsWith(short.toLowerCase())) + 1;
}
