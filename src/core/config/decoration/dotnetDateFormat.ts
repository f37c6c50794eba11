import type { TextSpan } from "../../text/span";
import { type Culture, invariantCulture } from "./culture";
import { type DotnetDate, fractionDigits, type LocalOffset, toUtc } from "./dotnetDate";

export type DateToken =
  | { readonly kind: "field"; readonly letter: string; readonly count: number; readonly span: TextSpan }
  | { readonly kind: "dateSeparator" | "timeSeparator"; readonly span: TextSpan }
  | { readonly kind: "literal"; readonly text: string; readonly span: TextSpan };

export type DateFormatProblemKind =
  "unknownStandardFormat" | "danglingPercent" | "danglingEscape" | "unclosedQuote" | "tooManyFractionDigits";

export interface DateFormatProblem {
  readonly kind: DateFormatProblemKind;
  readonly span: TextSpan;
}

export interface DateFormat {
  /** The single letter of a standard format. */
  readonly standard: string | undefined;
  readonly tokens: readonly DateToken[];
  /** .NET throws a FormatException for any of them. */
  readonly problems: readonly DateFormatProblem[];
}

const standardLetters = "dDfFgGmMoOrRstTuUyY";
const fieldLetters = "dfFghHKmMstyz";

/** A .NET date format, standard (one letter) or custom. */
export function parseDateFormat(format: string): DateFormat {
  if (format.length === 1) {
    const known = standardLetters.includes(format);
    const span = { start: 0, end: 1 };
    return { standard: format, tokens: [], problems: known ? [] : [{ kind: "unknownStandardFormat", span }] };
  }
  return { standard: undefined, ...parseCustom(format) };
}

export function isValidDateFormat(format: string): boolean {
  return parseDateFormat(format).problems.length === 0;
}

function parseCustom(format: string): Pick<DateFormat, "tokens" | "problems"> {
  const tokens: DateToken[] = [];
  const problems: DateFormatProblem[] = [];
  let at = 0;
  while (at < format.length) {
    const character = format.charAt(at);
    const span = { start: at, end: at + 1 };
    if (character === "%") {
      at = pushPercent(format, at, tokens, problems);
    } else if (fieldLetters.includes(character)) {
      at = pushField(format, at, tokens, problems);
    } else if (character === "'" || character === '"') {
      at = pushQuoted(format, at, tokens, problems);
    } else if (character === "\\") {
      if (at + 1 >= format.length) {
        problems.push({ kind: "danglingEscape", span });
      }
      tokens.push({ kind: "literal", text: format.slice(at + 1, at + 2), span: { start: at, end: at + 2 } });
      at += 2;
    } else {
      tokens.push(
        character === ":" || character === "/"
          ? { kind: character === ":" ? "timeSeparator" : "dateSeparator", span }
          : { kind: "literal", text: character, span },
      );
      at++;
    }
  }
  return { tokens, problems };
}

/** `%` makes a format of the one character behind it. */
function pushPercent(format: string, start: number, tokens: DateToken[], problems: DateFormatProblem[]): number {
  const next = format.charAt(start + 1);
  const single = next === "" || next === "%" ? undefined : parseCustom(next);
  if (single === undefined || single.problems.length > 0) {
    problems.push({ kind: "danglingPercent", span: { start, end: start + 1 } });
    return start + 1;
  }
  tokens.push(...single.tokens.map((token) => ({ ...token, span: { start, end: start + 2 } })));
  return start + 2;
}

function pushField(format: string, start: number, tokens: DateToken[], problems: DateFormatProblem[]): number {
  const letter = format.charAt(start);
  let end = start + 1;
  while (letter !== "K" && format[end] === letter) {
    end++;
  }
  const span = { start, end };
  if ((letter === "f" || letter === "F") && end - start > 7) {
    problems.push({ kind: "tooManyFractionDigits", span });
  }
  tokens.push({ kind: "field", letter, count: end - start, span });
  return end;
}

function pushQuoted(format: string, start: number, tokens: DateToken[], problems: DateFormatProblem[]): number {
  const quote = format.charAt(start);
  let text = "";
  let at = start + 1;
  while (at < format.length && format[at] !== quote) {
    if (format[at] === "\\") {
      at++;
    }
    text += format.charAt(at);
    at++;
  }
  const end = Math.min(at + 1, format.length);
  if (at >= format.length) {
    problems.push({ kind: "unclosedQuote", span: { start, end } });
  }
  tokens.push({ kind: "literal", text, span: { start, end } });
  return end;
}

/** As DateTime.ToString(format) prints it; undefined where .NET throws. An empty format is the general one. */
export function formatDotnetDate(date: DotnetDate, format: string, culture: Culture, offset: LocalOffset): string | undefined {
  const parsed = parseDateFormat(format === "" ? "G" : format);
  if (parsed.problems.length > 0) {
    return undefined;
  }
  if (parsed.standard === undefined) {
    return formatTokens(date, parsed.tokens, culture, offset);
  }
  const { pattern, using, converted } = standardPattern(parsed.standard, culture, () => toUtc(date, offset));
  return formatTokens(converted ?? date, parseCustom(pattern).tokens, using, offset);
}

interface StandardPattern {
  readonly pattern: string;
  readonly using: Culture;
  readonly converted?: DotnetDate;
}

function standardPattern(letter: string, culture: Culture, utc: () => DotnetDate): StandardPattern {
  const { shortDate, longDate, shortTime, longTime, monthDay, yearMonth } = culture;
  const own = (pattern: string): StandardPattern => ({ pattern, using: culture });
  const fixed = (pattern: string): StandardPattern => ({ pattern, using: invariantCulture });
  switch (letter) {
    case "d":
      return own(shortDate);
    case "D":
      return own(longDate);
    case "f":
      return own(`${longDate} ${shortTime}`);
    case "F":
      return own(`${longDate} ${longTime}`);
    case "g":
      return own(`${shortDate} ${shortTime}`);
    case "m":
    case "M":
      return own(monthDay);
    case "o":
    case "O":
      return fixed("yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK");
    case "r":
    case "R":
      return fixed("ddd, dd MMM yyyy HH':'mm':'ss 'GMT'");
    case "s":
      return fixed("yyyy'-'MM'-'dd'T'HH':'mm':'ss");
    case "t":
      return own(shortTime);
    case "T":
      return own(longTime);
    case "u":
      return fixed("yyyy'-'MM'-'dd HH':'mm':'ss'Z'");
    case "U":
      return { pattern: `${longDate} ${longTime}`, using: culture, converted: utc() };
    case "y":
    case "Y":
      return own(yearMonth);
    default:
      return own(`${shortDate} ${longTime}`);
  }
}

function formatTokens(date: DotnetDate, tokens: readonly DateToken[], culture: Culture, offset: LocalOffset): string {
  let text = "";
  for (const token of tokens) {
    if (token.kind === "literal") {
      text += token.text;
    } else if (token.kind === "field") {
      const part = formatField(date, token.letter, token.count, culture, offset);
      // A fraction that F leaves empty takes the point before it along.
      text = token.letter === "F" && part === "" && text.endsWith(".") ? text.slice(0, -1) : text + part;
    } else {
      text += token.kind === "dateSeparator" ? culture.dateSeparator : culture.timeSeparator;
    }
  }
  return text;
}

const padded = (value: number, width: number): string => String(value).padStart(width, "0");

function formatField(date: DotnetDate, letter: string, count: number, culture: Culture, offset: LocalOffset): string {
  const fields = new Date(date.wall);
  const hours = fields.getUTCHours();
  switch (letter) {
    case "d":
      return formatDay(fields, count, culture);
    case "M":
      return count <= 2
        ? padded(fields.getUTCMonth() + 1, count)
        : ((count === 3 ? culture.shortMonths : culture.months)[fields.getUTCMonth()] ?? "");
    case "y":
      return count <= 2 ? padded(fields.getUTCFullYear() % 100, count) : padded(fields.getUTCFullYear(), count);
    case "h":
      return padded(hours % 12 === 0 ? 12 : hours % 12, Math.min(count, 2));
    case "H":
      return padded(hours, Math.min(count, 2));
    case "m":
      return padded(fields.getUTCMinutes(), Math.min(count, 2));
    case "s":
      return padded(fields.getUTCSeconds(), Math.min(count, 2));
    case "f":
      return fractionDigits(date).slice(0, count);
    case "F":
      return fractionDigits(date).slice(0, count).replace(/0+$/, "");
    case "t": {
      const name = hours < 12 ? culture.am : culture.pm;
      return count === 1 ? name.slice(0, 1) : name;
    }
    case "g":
      return culture.era;
    case "K":
      return date.zone === "utc" ? "Z" : date.zone === "unspecified" ? "" : formatOffset(offset(date.wall), 3);
    default:
      return formatOffset(date.zone === "utc" ? 0 : offset(date.wall), count);
  }
}

function formatDay(fields: Date, count: number, culture: Culture): string {
  return count <= 2 ? padded(fields.getUTCDate(), count) : ((count === 3 ? culture.shortDays : culture.days)[fields.getUTCDay()] ?? "");
}

/** `z`, `zz` and `zzz`. */
export function formatOffset(minutes: number, count: number): string {
  const sign = minutes < 0 ? "-" : "+";
  const hours = padded(Math.floor(Math.abs(minutes) / 60), Math.min(count, 2));
  return count <= 2 ? sign + hours : `${sign}${hours}:${padded(Math.abs(minutes) % 60, 2)}`;
}

/** A fixed pattern in the invariant culture, of a UTC date. */
export function utcFormat(date: DotnetDate, pattern: string): string {
  return formatTokens(date, parseCustom(pattern).tokens, invariantCulture, () => 0);
}
