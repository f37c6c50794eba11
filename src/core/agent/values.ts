import type { Culture } from "../config/decoration/culture";
import type { Decimal } from "../config/decoration/decimal";
import { type DotnetDate, toUtc } from "../config/decoration/dotnetDate";
import { formatDotnetDate } from "../config/decoration/dotnetDateFormat";
import { type AgentEnvironment, RecordLost } from "./environment";
import { type Json, writeJson } from "./newtonsoft";
import { formatNumber } from "./numberFormat";

export interface Int32 {
  readonly kind: "int";
  readonly value: number;
}

export interface Int64 {
  readonly kind: "long";
  readonly value: bigint;
}

export interface Double {
  readonly kind: "double";
  readonly value: number;
}

/** An object or array of a JSON record. */
export interface JsonNodeValue {
  readonly kind: "json";
  readonly value: Json;
}

/** A .NET DateTimeOffset: its offset is part of its text. */
export interface DateOffset {
  readonly kind: "dateOffset";
  readonly value: DotnetDate;
}

/** Anything else: only its type name shows. */
export interface Opaque {
  readonly kind: "opaque";
  readonly typeName: string;
}

/** A value as the agent's .NET code holds it; the type decides which functions take it. */
export type DotnetValue = string | boolean | null | Int32 | Int64 | Double | Decimal | DotnetDate | DateOffset | JsonNodeValue | Opaque;

export const int = (value: number): Int32 => ({ kind: "int", value });
export const long = (value: number | bigint): Int64 => ({ kind: "long", value: BigInt(value) });

/** Object.ToString in the machine's culture; null prints as nothing. */
export function toText(value: DotnetValue, environment: AgentEnvironment): string {
  return formatValue(value, "", environment);
}

/** string.Format("{0:format}", value); what has no formats of its own ignores it. */
export function formatValue(value: DotnetValue, format: string, environment: AgentEnvironment): string {
  if (value === null || typeof value === "string") {
    return value ?? "";
  }
  if (typeof value === "boolean") {
    return value ? "True" : "False";
  }
  switch (value.kind) {
    case "date":
      return formatDate(value, format, environment);
    case "dateOffset":
      return formatDate(/^[rRu]$/.test(format) ? toUtc(value.value, environment.localOffset) : value.value, format, environment, " zzz");
    case "json":
      return writeJson(value.value, { indented: true, localOffset: environment.localOffset });
    case "opaque":
      return value.typeName;
    default:
      return formatNumber(value, format, environment.culture);
  }
}

function formatDate(date: DotnetDate, format: string, environment: AgentEnvironment, afterGeneral = ""): string {
  const { culture, localOffset } = environment;
  const pattern = format === "" && afterGeneral !== "" ? `${culture.shortDate} ${culture.longTime}${afterGeneral}` : format;
  const text = formatDotnetDate(date, pattern, culture, localOffset);
  if (text === undefined) {
    throw new RecordLost(`"${format}" is not a .NET date format`);
  }
  return text;
}

/** A decimal constant is read in the machine's culture at load; undefined makes the sink fail. */
export function decimalInCulture(decimal: Decimal, culture: Culture): DotnetValue | undefined {
  if (culture.decimalSeparator === "." || !decimal.text.includes(".")) {
    return decimal;
  }
  return culture.groupSeparator === "." ? { kind: "decimal", text: decimal.text.replaceAll(".", "") } : undefined;
}
