import { isValidDateFormat, parseDateFormat, type DateToken } from "./dotnetDateFormat";

/** A .NET pattern for the texts that a custom .NET date format reads; undefined for standard formats and ones that .NET rejects. */
export function datePattern(format: string): string | undefined {
  const { standard, tokens } = parseDateFormat(format);
  return standard !== undefined || !isValidDateFormat(format) || tokens.length === 0 ? undefined : tokens.map(patternOf).join("");
}

function patternOf(token: DateToken): string {
  switch (token.kind) {
    case "literal":
      return token.text.replace(/[\\^$.|?*+()[\]{}#]/g, "\\$&");
    case "dateSeparator":
      return "/";
    case "timeSeparator":
      return ":";
    case "field":
      return fieldPattern(token.letter, token.count);
  }
}

function fieldPattern(letter: string, count: number): string {
  switch (letter) {
    case "d":
    case "M":
      return count <= 2 ? digits(count) : count === 3 ? "\\p{L}{2,5}\\.?" : "\\p{L}+";
    case "y":
      return count <= 2 ? "\\d{2}" : `\\d{${count}}`;
    case "f":
      return `\\d{${count}}`;
    case "F":
      return `\\d{0,${count}}`;
    case "t":
    case "g":
      return "\\p{L}[\\p{L}.]*";
    case "K":
      return "(?:Z|[+-]\\d{2}:\\d{2})?";
    case "z":
      return count >= 3 ? "[+-]\\d{2}:\\d{2}" : "[+-]\\d{1,2}";
    default:
      return digits(count);
  }
}

function digits(count: number): string {
  return count === 1 ? "\\d{1,2}" : "\\d{2}";
}
