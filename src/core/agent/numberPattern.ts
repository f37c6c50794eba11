import type { Culture } from "../config/decoration/culture";
import { exponentText, type NumberBuffer, roundDigits } from "./numberBuffer";

interface Mask {
  digitCount: number;
  /** Digits before the point. */
  decimalAt: number;
  firstZero: number;
  lastZero: number;
  scientific: boolean;
  grouped: boolean;
  scaleBy: number;
}

const isExponent = (format: string, at: number): boolean => /^(?:0|[+-]0)/.test(format.slice(at, at + 2));

/** A custom .NET number format such as `#,##0.00;(0)`. */
export function formatPattern(buffer: NumberBuffer, format: string, culture: Culture): string {
  let section = findSection(format, buffer.digits === "" ? 2 : buffer.negative ? 1 : 0);
  let mask = readMask(format, section);
  if (buffer.digits !== "") {
    buffer.scale += mask.scaleBy;
    roundDigits(buffer, mask.scientific ? mask.digitCount : buffer.scale + mask.digitCount - mask.decimalAt, false);
    const zeroSection = buffer.digits === "" ? findSection(format, 2) : section;
    if (zeroSection !== section) {
      section = zeroSection;
      mask = readMask(format, section);
    }
  } else {
    buffer.negative &&= buffer.kind === "double";
    buffer.scale = 0;
  }
  const body = new PatternWriter(buffer, format, section, mask, culture).write();
  return buffer.negative && section === 0 && (body !== "" || buffer.scale !== 0) ? `-${body}` : body;
}

/** Where a section starts; 0 when it is missing or empty. */
function findSection(format: string, wanted: number): number {
  let left = wanted;
  for (let at = 0; left > 0 && at < format.length; at++) {
    const character = format.charAt(at);
    if (character === "'" || character === '"') {
      const close = format.indexOf(character, at + 1);
      at = close === -1 ? format.length : close;
    } else if (character === "\\") {
      at++;
    } else if (character === ";" && --left === 0) {
      const next = format[at + 1];
      return next === undefined || next === ";" ? 0 : at + 1;
    }
  }
  return 0;
}

function readMask(format: string, section: number): Mask {
  const mask: Mask = {
    digitCount: 0,
    decimalAt: -1,
    firstZero: Number.MAX_SAFE_INTEGER,
    lastZero: 0,
    scientific: false,
    grouped: false,
    scaleBy: 0,
  };
  let commaAt = -1;
  let commas = 0;
  for (let at = section; at < format.length && format[at] !== ";"; at++) {
    const character = format.charAt(at);
    switch (character) {
      case "#":
        mask.digitCount++;
        break;
      case "0":
        mask.firstZero = Math.min(mask.firstZero, mask.digitCount);
        mask.lastZero = ++mask.digitCount;
        break;
      case ".":
        mask.decimalAt = mask.decimalAt < 0 ? mask.digitCount : mask.decimalAt;
        break;
      case ",":
        if (mask.digitCount > 0 && mask.decimalAt < 0) {
          if (commaAt === mask.digitCount) {
            commas++;
          } else {
            mask.grouped ||= commaAt >= 0;
            commaAt = mask.digitCount;
            commas = 1;
          }
        }
        break;
      case "%":
        mask.scaleBy += 2;
        break;
      case "\u2030":
        mask.scaleBy += 3;
        break;
      case "'":
      case '"': {
        const close = format.indexOf(character, at + 1);
        at = close === -1 ? format.length : close;
        break;
      }
      case "\\":
        at++;
        break;
      case "E":
      case "e":
        if (isExponent(format, at + 1)) {
          at++;
          while (format[at + 1] === "0") {
            at++;
          }
          mask.scientific = true;
        }
    }
  }
  mask.decimalAt = mask.decimalAt < 0 ? mask.digitCount : mask.decimalAt;
  if (commaAt >= 0) {
    mask.grouped ||= commaAt !== mask.decimalAt;
    mask.scaleBy -= commaAt === mask.decimalAt ? commas * 3 : 0;
  }
  return mask;
}

class PatternWriter {
  private readonly buffer: NumberBuffer;
  private readonly format: string;
  private readonly mask: Mask;
  private readonly culture: Culture;
  private at: number;
  private text = "";
  private next = 0;
  /** The place of the digit that comes next: 1 stands just before the point. */
  private place: number;
  /** Digits that the mask has no place for, or places that the number has no digit for. */
  private surplus: number;
  private readonly leastPlace: number;
  private readonly lastPlace: number;
  private scientific: boolean;
  private pointWritten = false;

  constructor(buffer: NumberBuffer, format: string, section: number, mask: Mask, culture: Culture) {
    this.buffer = buffer;
    this.format = format;
    this.mask = mask;
    this.culture = culture;
    this.at = section;
    this.scientific = mask.scientific;
    this.place = mask.scientific ? mask.decimalAt : Math.max(buffer.scale, mask.decimalAt);
    this.surplus = mask.scientific ? 0 : buffer.scale - mask.decimalAt;
    this.leastPlace = Math.max(0, mask.decimalAt - mask.firstZero);
    this.lastPlace = Math.min(0, mask.decimalAt - mask.lastZero);
  }

  write(): string {
    while (this.at < this.format.length && this.format[this.at] !== ";") {
      const character = this.format.charAt(this.at++);
      if (this.surplus > 0 && /[#0.]/.test(character)) {
        for (; this.surplus > 0; this.surplus--) {
          this.digit(this.buffer.digits[this.next++] ?? "0");
        }
      }
      this.one(character);
    }
    return this.text;
  }

  private one(character: string): void {
    switch (character) {
      case "#":
      case "0":
        this.writePlace();
        break;
      case ".":
        this.point();
        break;
      case ",":
        break;
      case "'":
      case '"': {
        const close = this.format.indexOf(character, this.at);
        const end = close === -1 ? this.format.length : close;
        this.text += this.format.slice(this.at, end);
        this.at = end + 1;
        break;
      }
      case "\\":
        this.text += this.format.charAt(this.at++);
        break;
      case "E":
      case "e":
        this.exponent(character);
        break;
      default:
        this.text += character;
    }
  }

  private writePlace(): void {
    let digit = "";
    if (this.surplus < 0) {
      this.surplus++;
      digit = this.place <= this.leastPlace ? "0" : "";
    } else if (this.next < this.buffer.digits.length) {
      digit = this.buffer.digits.charAt(this.next++);
    } else if (this.place > this.lastPlace) {
      digit = "0";
    }
    this.digit(digit);
  }

  private digit(digit: string): void {
    const separates = digit !== "" && this.mask.grouped && this.place > 1 && (this.place - 1) % 3 === 0;
    this.text += digit + (separates ? this.culture.groupSeparator : "");
    this.place--;
  }

  private point(): void {
    const { decimalAt, digitCount } = this.mask;
    const hasMore = this.lastPlace < 0 || (decimalAt < digitCount && this.next < this.buffer.digits.length);
    if (this.place === 0 && !this.pointWritten && hasMore) {
      this.text += this.culture.decimalSeparator;
      this.pointWritten = true;
    }
  }

  private exponent(letter: string): void {
    const zeros = /^[+-]?0*/.exec(this.format.slice(this.at))?.[0] ?? "";
    if (this.scientific && isExponent(this.format, this.at)) {
      const width = Math.min(10, zeros.replace(/[+-]/, "").length);
      const power = this.buffer.digits === "" ? 0 : this.buffer.scale - this.mask.decimalAt;
      this.text += letter + exponentText(power, width, zeros.startsWith("+"));
      this.at += zeros.length;
      this.scientific = false;
    } else if (this.scientific) {
      this.text += letter;
    } else {
      this.text += letter + zeros;
      this.at += zeros.length;
    }
  }
}
