import type { Decimal } from "../config/decoration/decimal";
import type { Double, Int32, Int64 } from "./values";

export type DotnetNumber = Int32 | Int64 | Double | Decimal;

/** A number as .NET formats it: 0.DIGITS times ten to the power of `scale`; zero has no digits. */
export interface NumberBuffer {
  readonly kind: DotnetNumber["kind"];
  negative: boolean;
  digits: string;
  scale: number;
}

/** All digits of a whole number or decimal; for a double the shortest ones that read back. */
export function numberBuffer(number: DotnetNumber): NumberBuffer {
  if (number.kind === "double") {
    return doubleBuffer(number.value);
  }
  const text = number.kind === "decimal" ? number.text : String(number.value);
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  return { kind: number.kind, negative: text.startsWith("-"), digits, scale: digits.length - fraction.length };
}

function doubleBuffer(value: number): NumberBuffer {
  const [mantissa = "", exponent = "0"] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "").replace(/0+$/, "");
  return {
    kind: "double",
    negative: value < 0 || Object.is(value, -0),
    digits: value === 0 ? "" : digits,
    scale: value === 0 ? 0 : Number(exponent) + 1,
  };
}

/** A double rounded to so many significant digits, or places behind the point, from its exact value; halves go to the even digit. */
export function roundedDouble(value: number, precision: number, unit: "significant" | "places"): NumberBuffer {
  const shortest = doubleBuffer(value);
  if (value === 0) {
    return shortest;
  }
  const { digits, scale } = exactDigits(Math.abs(value));
  const kept = unit === "significant" ? precision : scale + precision;
  const buffer = { ...shortest, digits: digits.slice(0, Math.max(0, kept)), scale };
  const next = kept < 0 ? "" : digits.slice(kept);
  const half = /^50*$/.test(next);
  const isOdd = Number(buffer.digits.at(-1) ?? "0") % 2 === 1;
  if (half ? isOdd : next >= "5") {
    carry(buffer);
  }
  return buffer;
}

function exactDigits(value: number): { digits: string; scale: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  const mantissa = (raw & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n);
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  const digits = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits, scale: digits.length + Math.min(0, exponent) };
}

function carry(buffer: NumberBuffer): void {
  const trimmed = buffer.digits.replace(/9+$/, "");
  if (trimmed === "") {
    buffer.scale++;
    buffer.digits = "1";
  } else {
    buffer.digits = trimmed.slice(0, -1) + String(Number(trimmed.at(-1)) + 1);
  }
}

/** Keeps so many digits; halves go away from zero unless the buffer is rounded already. Zeros at the end are dropped. */
export function roundDigits(buffer: NumberBuffer, position: number, isRounded: boolean): void {
  const next = position < 0 ? "" : (buffer.digits[position] ?? "");
  buffer.digits = buffer.digits.slice(0, Math.max(0, position));
  if (next >= "5" && !isRounded) {
    carry(buffer);
  } else {
    buffer.digits = buffer.digits.replace(/0+$/, "");
  }
  if (buffer.digits === "") {
    buffer.negative &&= buffer.kind === "double";
    buffer.scale = 0;
  }
}

/** The exponent behind its letter. */
export function exponentText(power: number, width: number, plus: boolean): string {
  return (power < 0 ? "-" : plus ? "+" : "") + String(Math.abs(power)).padStart(width, "0");
}
