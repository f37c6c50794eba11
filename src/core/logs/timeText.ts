export type TimeZoneChoice = "local" | "utc";

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const dated = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?\s*(Z|[+-]\d\d:?\d\d)?$/;

/** 30s, 15m, 2h or 1d in milliseconds. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (units[unit] ?? 0);
}

/** `now`, `15m` (ago), or a date with or without a time; undefined for anything else. Without an offset the zone decides. */
export function parseTimeText(text: string, now: number, zone: TimeZoneChoice): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "now") {
    return now;
  }
  const ago = parseDuration(trimmed.replace(/\s+(?=[smhd]$)/, ""));
  return ago === undefined ? parseDate(trimmed, zone) : now - ago;
}

/** A date with or without a time, in milliseconds since the epoch. Without an offset the zone decides. */
export function parseDate(text: string, zone: TimeZoneChoice): number | undefined {
  const [, date, time = "00:00", offset] = dated.exec(text) ?? [];
  if (date === undefined) {
    return undefined;
  }
  const ms = Date.parse(`${date}T${time}${offset ?? (zone === "utc" ? "Z" : "")}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** 2024-05-01 10:00:00, as parseTimeText reads it. */
export function timeText(ms: number, zone: TimeZoneChoice): string {
  return preciseTimeText(ms, zone).slice(0, 19);
}

/** 2024-05-01 10:00:00.123 */
export function preciseTimeText(ms: number, zone: TimeZoneChoice): string {
  const date = new Date(ms);
  const shifted = zone === "utc" ? date : new Date(ms - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 23).replace("T", " ");
}
