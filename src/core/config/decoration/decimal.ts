/** A .NET decimal: 96-bit digits with a scale, which printing keeps (1.50 stays 1.50). */
export interface Decimal {
  readonly kind: "decimal";
  /** Invariant plain notation with its scale, for example -12.50 . */
  readonly text: string;
}

const largest = 79228162514264337593543950335n;

/** Plain decimal text (sign, digits, one point); undefined for anything else and beyond the range. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  const whole = match?.[2] ?? "";
  let fraction = match?.[3] ?? "";
  if (match === null || whole + fraction === "") {
    return undefined;
  }
  let digits = BigInt(whole + fraction);
  while (fraction.length > 0 && (digits > largest || fraction.length > 28)) {
    const last = digits % 10n;
    digits = digits / 10n + (last > 5n || (last === 5n && (digits / 10n) % 2n === 1n) ? 1n : 0n);
    fraction = fraction.slice(0, -1);
  }
  if (digits > largest) {
    return undefined;
  }
  const padded = digits.toString().padStart(fraction.length + 1, "0");
  const point = padded.length - fraction.length;
  const plain = fraction.length === 0 ? padded : `${padded.slice(0, point)}.${padded.slice(point)}`;
  return { kind: "decimal", text: match[1] === "-" && digits !== 0n ? `-${plain}` : plain };
}
