const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** 30s, 15m, 2h or 1d in milliseconds. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (units[unit] ?? 0);
}

/** A date with or without a time, in this machine's zone where it names none; or how long ago. Milliseconds since the epoch. */
export function parseTime(text: string, now: number): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) {
    return now - ago;
  }
  if (text === "now") {
    return now;
  }
  const [, day, time] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?))?$/.exec(text) ?? [];
  const ms = day === undefined ? NaN : Date.parse(`${day}T${time ?? "00:00"}`);
  return Number.isNaN(ms) ? undefined : ms;
}
