import { type Culture, invariantCulture } from "../config/decoration/culture";
import type { DotnetDate } from "../config/decoration/dotnetDate";
import { assembleDate, type AssumedZone, type DateParts, fullYear } from "./dateParse";
import type { AgentEnvironment } from "./environment";

const time =
  /(?<![\d.:])(?<hour>\d{1,2})(?:\s*:\s*(?<minute>\d{1,2})(?:\s*:\s*(?<second>\d{1,2})(?:\.(?<fraction>\d*))?)?(?:\s*(?<half>[AaPp][Mm]))?|\s*(?<only>[AaPp][Mm]))\s*(?<zone>Z|GMT|[+-]\s*\d{1,2}(?::?\d{2})?)?(?![\w:.])/i;
const half = /^(?<half>[ap]m)\s+/i;
const isoTime = /^\d{2}:\d{2}(?::\d{2}(?:\.\d*)?)?\s*(?:Z|[+-]\d{1,2}(?::?\d{2})?)?$/i;

/** DateTime.TryParse: no format is given. The culture decides the order of day and month. */
export function parseDateFreely(
  text: string,
  environment: AgentEnvironment,
  assume: AssumedZone,
  culture: Culture = invariantCulture,
): DotnetDate | undefined {
  const parts: DateParts = {};
  const trimmed = text.trim();
  const iso = /^(\d{3,}-\d{1,2}-\d{1,2})T(.+)$/i.exec(trimmed);
  if (iso !== null && !isoTime.test(iso[2] ?? "")) {
    return undefined;
  }
  const rest = readTime(iso === null ? trimmed : `${iso[1] ?? ""} ${iso[2] ?? ""}`, parts);
  return rest === undefined || !readDate(rest.date, parts, culture) || !isWholeDate(rest.before, parts)
    ? undefined
    : assembleDate(parts, environment, assume);
}

interface DateRest {
  readonly date: string;
  /** What of it stands before a time of day. */
  readonly before: string;
}

/** Before a time of day .NET wants day, month and year. */
function isWholeDate(before: string, { weekday }: DateParts): boolean {
  const words = before.match(/\d+|\p{L}+/gu)?.length ?? 0;
  return words === 0 || words - (weekday === undefined ? 0 : 1) === 3;
}

/** Takes the time of day out of the text; undefined when it is none. */
function readTime(text: string, parts: DateParts): DateRest | undefined {
  const first = half.exec(text);
  const body = first === null ? text : text.slice(first[0].length);
  const match = time.exec(body);
  if (match?.groups === undefined) {
    return first === null && !text.includes(":") ? { date: text, before: "" } : undefined;
  }
  const { hour, minute = "0", second = "0", fraction = "", zone } = match.groups;
  Object.assign(parts, { hour: Number(hour), minute: Number(minute), second: Number(second) });
  parts.fraction = Math.min(9999999, Math.round(Number(`0.${fraction === "" ? "0" : fraction}`) * 1e7));
  const word = first?.groups?.["half"] ?? match.groups["half"] ?? match.groups["only"];
  if (word !== undefined) {
    parts.pm = word.toLowerCase() === "pm";
  }
  if (zone !== undefined) {
    const offset = /^([+-])\s*(\d{1,2}):?(\d{2})?$/.exec(zone);
    parts.offset = offset === null ? 0 : (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0));
    parts.namedZone = offset === null;
  }
  const before = body.slice(0, match.index);
  return { date: `${before} ${body.slice(match.index + match[0].length)}`.trim(), before };
}

type DateWord =
  { readonly kind: "number"; readonly value: number; readonly digits: number } | { readonly kind: "month"; readonly value: number };

function readDate(text: string, parts: DateParts, culture: Culture): boolean {
  const words: DateWord[] = [];
  let rest = text;
  while (rest !== "") {
    const token = /^(?:(\d+)|(\p{L}+)\.?)(?:\s*[-/.,]\s*|\s+|$)/u.exec(rest);
    if (token === null) {
      return false;
    }
    rest = rest.slice(token[0].length);
    const word = token[1] === undefined ? readWord(token[2] ?? "", parts, culture) : numberWord(token[1]);
    if (word === undefined) {
      return false;
    }
    if (word !== "weekday") {
      words.push(word);
    }
  }
  return words.length === 0 ? parts.hour !== undefined : placeWords(words, parts, culture);
}

function numberWord(digits: string): DateWord | undefined {
  return digits.length > 4 ? undefined : { kind: "number", value: Number(digits), digits: digits.length };
}

function readWord(text: string, parts: DateParts, culture: Culture): DateWord | "weekday" | undefined {
  const find = (lists: readonly (readonly string[])[]): number =>
    Math.max(...lists.map((names) => names.findIndex((name) => name.toLowerCase().replace(/\.$/, "") === text.toLowerCase())));
  const month = find([culture.months, culture.shortMonths, invariantCulture.months, invariantCulture.shortMonths]);
  if (month >= 0) {
    return { kind: "month", value: month + 1 };
  }
  const day = find([culture.days, culture.shortDays, invariantCulture.days, invariantCulture.shortDays]);
  if (day < 0) {
    return undefined;
  }
  parts.weekday = day;
  return "weekday";
}

/** Which number is the day, the month and the year. */
function placeWords(words: readonly DateWord[], parts: DateParts, culture: Culture): boolean {
  const dayFirst = /^d/.test(culture.shortDate);
  const yearFirst = /^y/.test(culture.shortDate);
  const numbers = words.filter((word) => word.kind === "number");
  const names = words.filter((word) => word.kind === "month");
  const yearAt = numbers.findIndex(({ digits }) => digits > 2);
  const set = (year: number | undefined, month: number | undefined, day: number | undefined): boolean => {
    Object.assign(parts, year === undefined ? {} : { year }, { month }, day === undefined ? {} : { day });
    return month !== undefined && month >= 1 && month <= 12;
  };
  if (names.length > 1 || numbers.length + names.length > 3) {
    return false;
  }
  const values = numbers.map(({ value }) => value);
  const year = yearAt === -1 ? undefined : values.splice(yearAt, 1)[0];
  const [first, second, third] = values;
  if (names.length === 1) {
    return setNamed(words, set, names[0]?.value ?? 0, year, values, culture);
  }
  if (year !== undefined) {
    if (second === undefined) {
      return first !== undefined && set(year, first, undefined);
    }
    return yearAt > 0 && dayFirst ? set(year, second, first) : yearAt !== 1 && set(year, first, second);
  }
  if (third === undefined) {
    return second !== undefined && (dayFirst ? set(undefined, second, first) : set(undefined, first, second));
  }
  const [y = 0, month, day] = yearFirst ? [first, second, third] : dayFirst ? [third, second, first] : [third, first, second];
  return set(fullYear(y), month, day);
}

function setNamed(
  words: readonly DateWord[],
  set: (year: number | undefined, month: number | undefined, day: number | undefined) => boolean,
  month: number,
  year: number | undefined,
  [first, second]: readonly number[],
  culture: Culture,
): boolean {
  if (year !== undefined || first === undefined) {
    return (first !== undefined || year !== undefined) && second === undefined && set(year, month, first);
  }
  if (second !== undefined) {
    return /^y/.test(culture.shortDate) ? set(fullYear(first), month, second) : set(fullYear(second), month, first);
  }
  // One short number beside the name is the day where the culture writes it so, otherwise the year.
  const dayFirst = /^'?d/.test(culture.monthDay);
  return (words[0]?.kind === "number") === dayFirst ? set(undefined, month, first) : set(fullYear(first), month, undefined);
}
