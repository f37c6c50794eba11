import type { Culture } from "../config/decoration/culture";
import type { Decimal } from "../config/decoration/decimal";
import { RecordLost } from "./environment";
import type { Double, Int32, Int64 } from "./values";

export type DotnetNumber = Int32 | Int64 | Double | Decimal;

/** ToString(format) of a .NET number: the standard formats C D E F G N P R X and custom ones of 0 # . , % and text. */
export function formatNumber(number: DotnetNumber, format: string, culture: Culture): string {
  const plain = invariantText(number);
  const standard = /^([A-Za-z])(\d{0,2})$/.exec(format);
  if (format === "" || standard?.[1]?.toUpperCase() === "R") {
    return plain.replace(".", culture.decimalSeparator);
  }
  if (standard === null) {
    return formatCustom(plain, format, culture);
  }
  return formatStandard(number, plain, standard[1] ?? "", standard[2] === "" ? undefined : Number(standard[2]), culture);
}

/** Double.ToString() of .NET Core 3 and later: shortest digits that read back. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  }
  if (Object.is(value, -0)) {
    return "-0";
  }
  const [digits = "0", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent < 15 && exponent >= -5) {
    return plainDigits(digits, exponent);
  }
  return `${digits}E${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function plainDigits(digits: string, exponent: number): string {
  const negative = digits.startsWith("-");
  const bare = digits.replace("-", "").replace(".", "");
  const text =
    exponent < 0
      ? `0.${"0".repeat(-exponent - 1)}${bare}`
      : bare.length <= exponent + 1
        ? bare.padEnd(exponent + 1, "0")
        : `${bare.slice(0, exponent + 1)}.${bare.slice(exponent + 1)}`;
  return negative ? `-${text}` : text;
}

export function invariantText(number: DotnetNumber): string {
  return number.kind === "decimal" ? number.text : number.kind === "double" ? doubleText(number.value) : String(number.value);
}

function formatStandard(number: DotnetNumber, plain: string, letter: string, precision: number | undefined, culture: Culture): string {
  const isInteger = number.kind === "int" || number.kind === "long";
  const upper = letter.toUpperCase();
  const point = (text: string): string => text.replace(".", culture.decimalSeparator);
  switch (upper) {
    case "D": {
      if (!isInteger) {
        throw new RecordLost(`the format ${letter} is for whole numbers only`);
      }
      const negative = plain.startsWith("-");
      return (negative ? "-" : "") + plain.replace("-", "").padStart(precision ?? 1, "0");
    }
    case "X": {
      if (!isInteger) {
        throw new RecordLost(`the format ${letter} is for whole numbers only`);
      }
      const bits = number.kind === "int" ? 32 : 64;
      const text = BigInt.asUintN(bits, BigInt(number.value))
        .toString(16)
        .padStart(precision ?? 1, "0");
      return letter === "X" ? text.toUpperCase() : text;
    }
    case "F":
      return point(fixed(plain, precision ?? 2));
    case "N":
      return point(fixed(plain, precision ?? 2)).replace(
        /^(-?)(\d+)/,
        (_, sign: string, digits: string) => sign + grouped(digits, culture),
      );
    case "P": {
      const text = point(fixed(shift(plain, 2), precision ?? 2)).replace(
        /^(-?)(\d+)/,
        (_, sign: string, digits: string) => sign + grouped(digits, culture),
      );
      return `${text}${culture.name === "en-US" || culture.name === "ko-KR" || culture.name === "ja-JP" || culture.name === "en-GB" ? "" : " "}%`;
    }
    case "E": {
      const [digits = "", exponent = "0"] = Number(plain)
        .toExponential(precision ?? 6)
        .split("e");
      const power = Number(exponent);
      return `${point(digits)}${letter}${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(3, "0")}`;
    }
    case "G":
      return point(precision === undefined || precision === 0 ? plain : String(Number(Number(plain).toPrecision(precision))));
    default:
      throw new RecordLost(`"${letter}" is not a .NET number format`);
  }
}

function grouped(digits: string, culture: Culture): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, culture.groupSeparator);
}

/** Decimal text moved by powers of ten. */
function shift(plain: string, places: number): string {
  const expanded = expand(plain);
  const negative = expanded.startsWith("-");
  const [whole = "", fraction = ""] = expanded.replace("-", "").split(".");
  const padded = fraction.padEnd(places, "0");
  const text = `${whole}${padded.slice(0, places)}`.replace(/^0+(?=\d)/, "");
  const rest = padded.slice(places);
  return (negative ? "-" : "") + (rest === "" ? text : `${text}.${rest}`);
}

function expand(plain: string): string {
  const [digits = "", exponent] = plain.split("E");
  return exponent === undefined ? plain : plainDigits(digits, Number(exponent));
}

/** Rounded half away from zero, as .NET formats. */
function fixed(plain: string, places: number): string {
  const expanded = expand(plain);
  const negative = expanded.startsWith("-");
  const [whole = "0", fraction = ""] = expanded.replace("-", "").split(".");
  const kept = BigInt(whole + fraction.slice(0, places).padEnd(places, "0"));
  const digits = (Number(fraction[places] ?? "0") >= 5 ? kept + 1n : kept).toString().padStart(places + 1, "0");
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return negative && /[1-9]/.test(text) ? `-${text}` : text;
}

function formatCustom(plain: string, format: string, culture: Culture): string {
  const sections = format.split(";");
  const negative = plain.startsWith("-");
  const section = (negative && sections[1] !== undefined && sections[1] !== "" ? sections[1] : sections[0]) ?? "";
  const tokens: readonly string[] = section.match(/\\.|'[^']*'|"[^"]*"|[0#]+(?:,[0#]*)*(?:\.[0#]*)?|\.[0#]+|%|[^0#]/g) ?? [];
  const mask = tokens.find((token) => /[0#]/.test(token) && !/^['"\\]/.test(token));
  const scaled = tokens.includes("%") ? shift(plain, 2) : plain;
  const [wholeMask = "", fractionMask = ""] = (mask ?? "").split(".");
  const required = fractionMask.lastIndexOf("0") + 1;
  const [whole = "0", fraction = ""] = fixed(scaled.replace("-", ""), fractionMask.length).split(".");
  let decimals = fraction;
  while (decimals.length > required && decimals.endsWith("0")) {
    decimals = decimals.slice(0, -1);
  }
  const least = wholeMask.replaceAll(",", "").replace(/^#+/, "").length;
  const bare = (whole === "0" && least === 0 ? "" : whole).padStart(least, "0");
  const digits = (wholeMask.includes(",") ? grouped(bare, culture) : bare) + (decimals === "" ? "" : culture.decimalSeparator + decimals);
  const sign = negative && section === sections[0] && /[1-9]/.test(digits) ? "-" : "";
  let done = false;
  const body = tokens.map((token) => {
    if (token === mask && !done) {
      done = true;
      return digits;
    }
    return token.startsWith("\\") ? token.slice(1) : /^['"]/.test(token) ? token.slice(1, -1) : token;
  });
  return sign + body.join("");
}
