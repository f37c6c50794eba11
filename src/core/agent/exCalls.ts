import { parseDecimal } from "../config/decoration/decimal";
import { type DotnetDate, wallOf } from "../config/decoration/dotnetDate";
import { analyzeDotnetRegex } from "../config/decoration/dotnetRegex";
import { toLower, toUpper, trim, trimEnd, trimStart } from "../config/decoration/dotnetText";
import { compositeFormat } from "./compositeFormat";
import { parseDateExact } from "./dateParse";
import { type AgentEnvironment, RecordLost } from "./environment";
import { type DotnetValue, formatValue, int } from "./values";

/** One call of a built-in function. Null where the types do not fit, as the agent's binder has it. */
export function callFunction(name: string, given: readonly DotnetValue[], environment: AgentEnvironment): DotnetValue {
  if (name === "coalesce") {
    return given.find((value) => value !== null) ?? null;
  }
  if (name === "format") {
    return callFormat(given, environment);
  }
  if (name === "date") {
    return given.every(isInt) ? createDate(given.map((value) => value.value)) : null;
  }
  const [first, second, third] = given;
  if (typeof first !== "string") {
    return null;
  }
  switch (name) {
    case "length":
      return int(first.length);
    case "lower":
      return toLower(first);
    case "upper":
      return toUpper(first);
    case "trim":
      return trim(first);
    case "ltrim":
      return trimStart(first);
    case "rtrim":
      return trimEnd(first);
    case "parse_int":
      return parseInteger(first);
    case "parse_decimal":
      return parseCultureDecimal(first, environment);
    case "parse_date":
      return typeof second === "string" ? (parseDateExact(first, second, environment) ?? null) : null;
    case "regexp_extract":
      return extract(first, second, third, given.length);
    case "substr":
      return substring(first, second, third, given.length);
    case "lpad":
    case "rpad":
      return pad(name, first, second, third);
    default:
      throw new RecordLost(`there is no function ${name}`);
  }
}

function isInt(value: DotnetValue): value is ReturnType<typeof int> {
  return value !== null && typeof value === "object" && value.kind === "int";
}

function callFormat([value = null, format = null]: readonly DotnetValue[], environment: AgentEnvironment): DotnetValue {
  if (typeof format !== "string") {
    return null;
  }
  return compositeFormat(`{0:${format}}`, (own) => formatValue(value, own, environment));
}

function createDate([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0]: readonly number[]): DotnetDate {
  const midnight = wallOf(year, month, day);
  const inRange = (value: number, below: number): boolean => value >= 0 && value < below;
  if (midnight === undefined || !inRange(hour, 24) || !inRange(minute, 60) || !inRange(second, 60) || !inRange(millisecond, 1000)) {
    throw new RecordLost("date: there is no such day or time");
  }
  return { kind: "date", wall: midnight + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond, ticks: 0, zone: "unspecified" };
}

/** int.TryParse: sign, digits, surrounding blanks, 32 bits. */
export function parseInteger(text: string): DotnetValue {
  const value = /^[\t\n\v\f\r ]*[+-]?\d+[\t\n\v\f\r ]*\0*$/.test(text) ? Number(text.replaceAll("\0", "")) : Number.NaN;
  return value >= -2147483648 && value <= 2147483647 ? int(value) : null;
}

/** decimal.TryParse in the machine's culture, group separators and a trailing sign included. */
function parseCultureDecimal(text: string, { culture }: AgentEnvironment): DotnetValue {
  const trimmed = text.replace(/^[\t-\r ]+|[\t-\r ]+$/g, "");
  const trailing = /^(.*\S)\s*([+-])$/.exec(trimmed);
  const signed = trailing === null || /^[+-]/.test(trimmed) ? trimmed : `${trailing[2]}${trailing[1]}`;
  const [whole = "", ...rest] = signed.split(culture.decimalSeparator);
  if (!/^[+-]?(?:\d|$)/.test(whole) || rest.length > 1 || /\D/.test(rest[0] ?? "")) {
    return null;
  }
  const plain = [whole.replaceAll(culture.groupSeparator, ""), ...rest].join(".");
  return /\s/.test(plain) ? null : (parseDecimal(plain) ?? null);
}

function extract(input: string, pattern: DotnetValue | undefined, group: DotnetValue | undefined, count: number): DotnetValue {
  if (typeof pattern !== "string" || (count === 3 && !isInt(group ?? null))) {
    return null;
  }
  if (input === "") {
    return input;
  }
  const { regex } = analyzeDotnetRegex(pattern);
  if (regex === undefined) {
    throw new RecordLost(`"${pattern}" is not a .NET regular expression`);
  }
  const match = regex.match(input);
  if (count === 2 || match === undefined) {
    return match?.value ?? "";
  }
  const number = isInt(group ?? null) ? (group as ReturnType<typeof int>).value : 0;
  return match.groups.find((one) => one.number === number)?.value ?? "";
}

function substring(input: string, start: DotnetValue | undefined, length: DotnetValue | undefined, count: number): DotnetValue {
  if (!isInt(start ?? null) || (count === 3 && !isInt(length ?? null))) {
    return null;
  }
  const from = (start as ReturnType<typeof int>).value - 1;
  const size = count === 3 ? (length as ReturnType<typeof int>).value : input.length - from;
  if (from < 0 || size < 0 || from + size > input.length) {
    throw new RecordLost("substr: beyond the end of the text");
  }
  return input.slice(from, from + size);
}

function pad(name: "lpad" | "rpad", input: string, size: DotnetValue | undefined, padding: DotnetValue | undefined): DotnetValue {
  if (!isInt(size ?? null) || typeof padding !== "string") {
    return null;
  }
  const width = (size as ReturnType<typeof int>).value;
  const character = padding.charAt(0);
  if (width < 0 || character === "") {
    throw new RecordLost(`${name}: the size is negative or the padding empty`);
  }
  return name === "lpad" ? input.padStart(width, character) : input.padEnd(width, character);
}
