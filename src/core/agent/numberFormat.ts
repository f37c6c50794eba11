import type { Culture } from "../config/decoration/culture";
import { RecordLost } from "./environment";
import { type DotnetNumber, exponentText, type NumberBuffer, numberBuffer, roundDigits, roundedDouble } from "./numberBuffer";
import { formatPattern } from "./numberPattern";

/** What .NET pads with zeros at most here, so that a typing error cannot fill the memory. */
const mostPrecision = 100_000;
/** Significant digits of a double in a custom format. */
const patternDigits = 15;

/** ToString(format) of a .NET number, standard formats and custom ones. Throws RecordLost for what .NET refuses. */
export function formatNumber(number: DotnetNumber, format: string, culture: Culture): string {
  if (number.kind === "double" && !Number.isFinite(number.value)) {
    return culture.name === "" ? specialText(number.value) : specialText(number.value).replace("Infinity", "∞");
  }
  const standard = /^([A-Za-z])(\d{0,9})$/.exec(format === "" ? "G" : format);
  if (standard === null) {
    return formatPattern(
      number.kind === "double" ? roundedDouble(number.value, patternDigits, "significant") : numberBuffer(number),
      format,
      culture,
    );
  }
  const precision = standard[2] === "" ? undefined : Number(standard[2]);
  if ((precision ?? 0) > mostPrecision) {
    throw new RecordLost(`the format ${format} asks for too many digits`);
  }
  return formatStandard(number, standard[1] ?? "", precision, culture);
}

function specialText(value: number): string {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** Double.ToString() in the invariant culture: the shortest digits that read back. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) {
    return specialText(value);
  }
  const buffer = numberBuffer({ kind: "double", value });
  return (buffer.negative ? "-" : "") + general(buffer, Math.max(buffer.digits.length, patternDigits), ".", "E", false);
}

function formatStandard(number: DotnetNumber, letter: string, precision: number | undefined, culture: Culture): string {
  const isInteger = number.kind === "int" || number.kind === "long";
  const upper = letter.toUpperCase();
  const refuse = (why: string): RecordLost => new RecordLost(`the number format ${letter} ${why}`);
  switch (upper) {
    case "D":
    case "X":
      if (!isInteger) {
        throw refuse("is for whole numbers only");
      }
      return upper === "D" ? wholeDecimal(number.value, precision) : hexadecimal(number, letter, precision);
    case "R":
      if (number.kind !== "double") {
        throw refuse("is for doubles only");
      }
      return formatGeneral(number, letter === "R" ? "E" : "e", undefined, culture);
    case "G":
      return formatGeneral(number, letter === "G" ? "E" : "e", precision, culture);
    case "E": {
      const count = (precision ?? 6) + 1;
      const buffer = rounded(number, count, "significant");
      roundDigits(buffer, count, number.kind === "double");
      return (buffer.negative ? "-" : "") + scientific(buffer, count, letter, culture);
    }
    case "F":
    case "N": {
      const places = precision ?? 2;
      const buffer = rounded(number, places, "places");
      roundDigits(buffer, buffer.scale + places, number.kind === "double");
      return (buffer.negative ? "-" : "") + fixed(buffer, places, culture, upper === "N");
    }
    case "P": {
      const places = precision ?? 2;
      const buffer = rounded(number, places + 2, "places");
      buffer.scale += 2;
      roundDigits(buffer, buffer.scale + places, number.kind === "double");
      return `${buffer.negative ? "-" : ""}${fixed(buffer, places, culture, true)}${culture.percentGap}%`;
    }
    case "C": {
      const places = precision ?? culture.currency.digits;
      const buffer = rounded(number, places, "places");
      roundDigits(buffer, buffer.scale + places, number.kind === "double");
      const pattern = buffer.negative ? culture.currency.negative : culture.currency.positive;
      return pattern.replace("n", () => fixed(buffer, places, culture, true));
    }
    default:
      throw refuse("does not exist");
  }
}

function rounded(number: DotnetNumber, precision: number, unit: "significant" | "places"): NumberBuffer {
  return number.kind === "double" ? roundedDouble(number.value, precision, unit) : numberBuffer(number);
}

function wholeDecimal(value: number | bigint, precision: number | undefined): string {
  const text = String(value);
  return (text.startsWith("-") ? "-" : "") + text.replace("-", "").padStart(precision ?? 1, "0");
}

function hexadecimal(number: { kind: string; value: number | bigint }, letter: string, precision: number | undefined): string {
  const text = BigInt.asUintN(number.kind === "int" ? 32 : 64, BigInt(number.value))
    .toString(16)
    .padStart(precision ?? 1, "0");
  return letter === "X" ? text.toUpperCase() : text;
}

function formatGeneral(number: DotnetNumber, exponentLetter: string, precision: number | undefined, culture: Culture): string {
  const wanted = precision === undefined || precision === 0 ? undefined : precision;
  const isDouble = number.kind === "double";
  const buffer = isDouble && wanted !== undefined ? roundedDouble(number.value, wanted, "significant") : numberBuffer(number);
  const keepsAll = number.kind === "decimal" && precision === undefined;
  const count = wanted ?? (isDouble ? Math.max(buffer.digits.length, patternDigits) : buffer.digits.length);
  if (!keepsAll) {
    roundDigits(buffer, count, isDouble);
  }
  const sign = buffer.negative && !(keepsAll && buffer.digits === "") ? "-" : "";
  return sign + general(buffer, count, culture.decimalSeparator, exponentLetter, keepsAll);
}

function general(buffer: NumberBuffer, count: number, point: string, exponentLetter: string, neverScientific: boolean): string {
  const { digits, scale } = buffer;
  const isScientific = !neverScientific && (scale > count || scale < -3);
  const place = isScientific ? 1 : scale;
  const whole = place > 0 ? digits.slice(0, place).padEnd(place, "0") : "0";
  const fraction = "0".repeat(Math.max(0, -place)) + digits.slice(Math.max(0, place));
  const text = whole + (fraction === "" ? "" : point + fraction);
  return isScientific ? text + exponentLetter + exponentText(scale - 1, 2, true) : text;
}

function fixed({ digits, scale }: NumberBuffer, places: number, culture: Culture, grouped: boolean): string {
  const whole = scale > 0 ? digits.slice(0, scale).padEnd(scale, "0") : "0";
  const fraction = ("0".repeat(Math.max(0, -scale)) + digits.slice(Math.max(0, scale))).slice(0, places).padEnd(places, "0");
  const text = grouped ? whole.replace(/\B(?=(?:\d{3})+$)/g, culture.groupSeparator) : whole;
  return text + (places > 0 ? culture.decimalSeparator + fraction : "");
}

function scientific({ digits, scale }: NumberBuffer, count: number, letter: string, culture: Culture): string {
  const padded = digits.padEnd(count, "0");
  const mantissa = padded.slice(0, 1) + (count === 1 ? "" : culture.decimalSeparator + padded.slice(1, count));
  return mantissa + letter + exponentText(digits === "" ? 0 : scale - 1, 3, true);
}
