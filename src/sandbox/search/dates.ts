import { EngineError } from "./errors";
import { atLeast, type Flavor } from "./flavor";

/** The named and literal formats of date fields that the sandbox understands. */
export const defaultDateFormat = "strict_date_optional_time||epoch_millis";

const strictPattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?(?::?\d{2})?)?)?)?)?)?$/;
const lenientPattern =
  /^(\d{1,9})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?)?$/;

/** What differs between engines: the oldest wants whole dates, takes 30 February for the last day and 24:00 for the next one. */
export interface DateStyle {
  readonly early: boolean;
  readonly negativeEpoch: boolean;
}

export function dateStyle(flavor: Flavor): DateStyle {
  return { early: !atLeast(flavor, 7, 2), negativeEpoch: flavor.opensearch };
}

/** How a missing part is filled: the start of the period, or its last millisecond (ranges with lte and gt). */
export type Rounding = "down" | "up";

/** Milliseconds, or undefined where the text does not match any of the formats (separated by ||). */
export function parseDate(text: string, formats: string, style: DateStyle, rounding: Rounding = "down"): number | undefined {
  for (const format of formats.split("||")) {
    const value = parseOne(text, format, style, rounding);
    if (value !== undefined) {
      return value;
    }
  }
  return undefined;
}

function parseOne(text: string, format: string, style: DateStyle, rounding: Rounding): number | undefined {
  switch (format) {
    case "epoch_millis":
      return isEpoch(text, style) ? Math.floor(Number(text)) : undefined;
    case "epoch_second":
      return isEpoch(text, style) ? Math.floor(Number(text) * 1000) : undefined;
    case "strict_date_optional_time":
    case "strict_date_optional_time_nanos":
    case "strict_date_time":
    case "strict_date":
    case "iso8601":
      return fromMatch(strictPattern.exec(text), style, rounding);
    case "date_optional_time":
    case "dateOptionalTime":
    case "date":
    case "date_time":
      return fromMatch(lenientPattern.exec(text), style, rounding);
    default:
      return parsePattern(text, format, style, rounding);
  }
}

function isEpoch(text: string, style: DateStyle): boolean {
  return /^-?\d+(\.\d+)?$/.test(text) && (style.negativeEpoch || !text.startsWith("-"));
}

function fromMatch(match: RegExpExecArray | null, style: DateStyle, rounding: Rounding): number | undefined {
  if (match === null || (style.early && (match[3] === undefined || match[0].includes(",")))) {
    return undefined;
  }
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  return toMillis({ year, month, day, hour, minute, second, fraction, zone }, style, rounding);
}

interface Parts {
  year: string | undefined;
  month: string | undefined;
  day: string | undefined;
  hour: string | undefined;
  minute: string | undefined;
  second: string | undefined;
  fraction: string | undefined;
  zone: string | undefined;
}

function toMillis(parts: Parts, style: DateStyle, rounding: Rounding): number | undefined {
  const up = rounding === "up";
  const year = Number(parts.year ?? "1970");
  const month = Number(parts.month ?? (up ? "12" : "1"));
  if (month < 1 || month > 12) {
    return undefined;
  }
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const day = parts.day === undefined ? (up ? lastDay : 1) : Number(parts.day);
  const hour = Number(parts.hour ?? (up ? "23" : "0"));
  const minute = Number(parts.minute ?? (up ? "59" : "0"));
  const second = Number(parts.second ?? (up ? "59" : "0"));
  const millis = parts.fraction === undefined ? (up ? 999 : 0) : Number(parts.fraction.padEnd(3, "0").slice(0, 3));
  const midnight = style.early && hour === 24 && minute === 0 && second === 0 && millis === 0;
  if (day < 1 || day > (style.early ? 31 : lastDay) || (hour > 23 && !midnight) || minute > 59 || second > 59) {
    return undefined;
  }
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, Math.min(day, lastDay));
  date.setUTCHours(hour, minute, second, millis);
  return date.getTime() - zoneOffset(parts.zone);
}

/** Milliseconds east of UTC. */
export function zoneOffset(zone: string | undefined): number {
  const match = /^([+-])(\d{2}):?(\d{2})?/.exec(zone ?? "Z");
  if (match === null) {
    return 0;
  }
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? "0");
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
}

const patternParts: Readonly<Record<string, [keyof Parts, string]>> = {
  yyyy: ["year", "(\\d{4})"],
  uuuu: ["year", "(\\d{4})"],
  MM: ["month", "(\\d{2})"],
  dd: ["day", "(\\d{2})"],
  HH: ["hour", "(\\d{2})"],
  mm: ["minute", "(\\d{2})"],
  ss: ["second", "(\\d{2})"],
  SSS: ["fraction", "(\\d{3})"],
  SSSSSSS: ["fraction", "(\\d{7})"],
  XXX: ["zone", "(Z|[+-]\\d{2}:\\d{2})"],
  Z: ["zone", "([+-]\\d{4})"],
};

function parsePattern(text: string, format: string, style: DateStyle, rounding: Rounding): number | undefined {
  const names: (keyof Parts)[] = [];
  const source = format.replace(
    /'([^']*)'|(yyyy|uuuu|SSSSSSS|SSS|MM|dd|HH|mm|ss|XXX|Z)|([a-zA-Z]+)|([^a-zA-Z'])/g,
    (_all, quoted, part, unknown, other) => {
      if (typeof part === "string" && part !== "") {
        const [name, pattern] = patternParts[part] ?? ["year", "(?!)"];
        names.push(name);
        return pattern;
      }
      if (typeof unknown === "string" && unknown !== "") {
        throw new EngineError("illegal_argument_exception", `Invalid format: [${format}]: Unknown pattern letter: ${unknown.charAt(0)}`);
      }
      return String(quoted ?? other).replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    },
  );
  const match = new RegExp(`^${source}$`).exec(text);
  if (match === null) {
    return undefined;
  }
  const parts: Parts = {
    year: undefined,
    month: undefined,
    day: undefined,
    hour: undefined,
    minute: undefined,
    second: undefined,
    fraction: undefined,
    zone: undefined,
  };
  names.forEach((name, at) => {
    parts[name] = match[at + 1];
  });
  return toMillis(parts, style, rounding);
}

/** `2020-03-02T21:01:12.123Z`, the form of `key_as_string` and docvalue_fields. */
export function formatDate(millis: number, format: string = defaultDateFormat, zone?: string): string {
  const first = format.split("||")[0] ?? "";
  if (first === "epoch_millis") {
    return String(millis);
  }
  if (first === "epoch_second") {
    return String(Math.floor(millis / 1000));
  }
  const offset = zoneOffset(zone);
  const shown = offset === 0 ? "Z" : offsetText(offset);
  const iso = new Date(millis + offset).toISOString().replace("Z", shown);
  if (/^[a-z_0-9]+$/i.test(first) && first.includes("date")) {
    return first === "strict_date" || first === "date" ? iso.slice(0, 10) : iso;
  }
  const parts: Readonly<Record<string, string>> = {
    yyyy: iso.slice(0, 4),
    uuuu: iso.slice(0, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
    SSS: iso.slice(20, 23),
    XXX: shown,
    Z: offsetText(offset).replace(":", ""),
  };
  return first.replace(/'([^']*)'|yyyy|uuuu|SSS|MM|dd|HH|mm|ss|XXX|Z/g, (part, quoted) =>
    typeof quoted === "string" ? quoted : (parts[part] ?? part),
  );
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / 60_000;
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A date as ranges take it: `now-15m/d`, `2020-03-02||+1d`, or a formatted date. */
export function parseDateMath(
  text: string,
  context: { readonly now: number; readonly flavor: Flavor },
  formats: string,
  rounding: Rounding,
  zone?: string,
): number {
  let anchor: number | undefined;
  let math: string;
  if (text.startsWith("now")) {
    anchor = context.now;
    math = text.slice(3);
  } else {
    const split = text.indexOf("||");
    const date = split < 0 ? text : text.slice(0, split);
    math = split < 0 ? "" : text.slice(split + 2);
    anchor = parseDate(date, formats, dateStyle(context.flavor), math === "" ? rounding : "down");
    if (anchor !== undefined && zone !== undefined && !/(Z|[+-]\d{2}:?\d{2})$/.test(date.replace(/^\d{4}-\d{2}-\d{2}/, ""))) {
      anchor -= zoneOffset(zone);
    }
  }
  if (anchor === undefined) {
    const reason = `failed to parse date field [${text}] with format [${formats}]`;
    const parsers = { type: "date_time_parse_exception", reason: "Failed to parse with all enclosed parsers" };
    throw new EngineError("parse_exception", `${reason}: [${reason}]`, 400, {
      causedBy: { type: "illegal_argument_exception", reason, caused_by: parsers },
    });
  }
  return applyMath(anchor, math, text, rounding);
}

function applyMath(start: number, math: string, whole: string, rounding: Rounding): number {
  let value = start;
  const step = /^(?:([+-])(\d*)|(\/))([yMwdhHms])/;
  let rest = math;
  while (rest !== "") {
    const match = step.exec(rest);
    if (match === null) {
      throw new EngineError("parse_exception", `operator not supported for date math [${whole}]`);
    }
    const unit = match[4] ?? "d";
    if (match[3] === "/") {
      value = roundTo(value, unit);
      if (rounding === "up") {
        value = addUnits(value, 1, unit) - 1;
      }
    } else {
      const count = match[2] === "" ? 1 : Number(match[2]);
      value = addUnits(value, match[1] === "-" ? -count : count, unit);
    }
    rest = rest.slice(match[0].length);
  }
  return value;
}

const fixedUnits: Readonly<Record<string, number>> = { w: 604_800_000, d: 86_400_000, h: 3_600_000, H: 3_600_000, m: 60_000, s: 1000 };

function addUnits(value: number, count: number, unit: string): number {
  const fixed = fixedUnits[unit];
  if (fixed !== undefined) {
    return value + count * fixed;
  }
  const date = new Date(value);
  const months = unit === "y" ? count * 12 : count;
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}

/** Start of the calendar unit (y q M w d h m s) that holds `value`, in a zone given as milliseconds east of UTC. */
export function roundTo(value: number, unit: string, offset = 0): number {
  const date = new Date(value + offset);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (unit) {
    case "y":
      return Date.UTC(year, 0, 1) - offset;
    case "q":
      return Date.UTC(year, month - (month % 3), 1) - offset;
    case "M":
      return Date.UTC(year, month, 1) - offset;
    case "w":
      return Date.UTC(year, month, date.getUTCDate() - ((date.getUTCDay() + 6) % 7)) - offset;
    default: {
      const size = fixedUnits[unit] ?? 1;
      return Math.floor((value + offset) / size) * size - offset;
    }
  }
}

/** Start of the next calendar unit. */
export function nextUnit(value: number, unit: string, offset = 0): number {
  return unit === "q" ? addUnits(value + offset, 3, "M") - offset : addUnits(value + offset, 1, unit) - offset;
}

/** `30s`, `1.5m`, `100ms`, `-1`; milliseconds, -1 for never. */
export function parseTimeValue(text: unknown, setting: string): number {
  const match = /^(-?\d+(?:\.\d+)?)(nanos|micros|ms|s|m|h|d)?$/.exec(String(text).trim());
  const unit = match?.[2];
  if (match === null || (unit === undefined && match[1] !== "-1" && match[1] !== "0")) {
    throw new EngineError(
      "illegal_argument_exception",
      `failed to parse setting [${setting}] with value [${String(text)}] as a time value: unit is missing or unrecognized`,
    );
  }
  const size: Readonly<Record<string, number>> = { nanos: 1e-6, micros: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return unit === undefined ? Number(match[1]) : Number(match[1]) * (size[unit] ?? 1);
}
