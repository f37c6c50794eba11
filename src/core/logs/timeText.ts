export type TimeZoneChoice = "local" | "utc";

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const dated = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?\s*(Z|[+-]\d\d:?\d\d)?$/;

/** `now`, `15m` (ago), or a date with or without a time; undefined for anything else. Without an offset the zone decides. */
export function parseTimeText(text: string, now: number, zone: TimeZoneChoice): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "now") {
    return now;
  }
  const [, count, unit = ""] = /^(\d{1,9})\s*([smhd])$/.exec(trimmed) ?? [];
  if (count !== undefined) {
    return now - Number(count) * (units[unit] ?? 0);
  }
  const [, date, time = "00:00", offset] = dated.exec(trimmed) ?? [];
  if (date === undefined) {
    return undefined;
  }
  const ms = Date.parse(`${date}T${time}${offset ?? (zone === "utc" ? "Z" : "")}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** 2024-05-01 10:00:00, as parseTimeText reads it. */
export function timeText(ms: number, zone: TimeZoneChoice): string {
  const date = new Date(ms);
  const shifted = zone === "utc" ? date : new Date(ms - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19).replace("T", " ");
}
