/** A .NET DateTime: wall-clock time with its kind. */
export interface DotnetDate {
  readonly kind: "date";
  /** The wall-clock fields as if they were UTC: milliseconds since the epoch. */
  readonly wall: number;
  /** Hundreds of nanoseconds below the millisecond, 0-9999. */
  readonly ticks: number;
  readonly zone: "utc" | "local" | "unspecified";
}

/** Minutes east of UTC that the machine's zone has at a wall-clock time. */
export type LocalOffset = (wall: number) => number;

export function utcDate(milliseconds: number, ticks = 0): DotnetDate {
  return { kind: "date", wall: milliseconds, ticks, zone: "utc" };
}

/** Unspecified counts as local, as .NET has it. */
export function toUtc(date: DotnetDate, offset: LocalOffset): DotnetDate {
  return date.zone === "utc" ? date : { ...date, wall: date.wall - offset(date.wall) * 60_000, zone: "utc" };
}

export function toLocal(date: DotnetDate, offset: LocalOffset): DotnetDate {
  if (date.zone === "local") {
    return date;
  }
  const guess = date.wall + offset(date.wall) * 60_000;
  return { ...date, wall: date.wall + offset(guess) * 60_000, zone: "local" };
}

/** The seven digits after the second. */
export function fractionDigits(date: DotnetDate): string {
  const milliseconds = ((date.wall % 1000) + 1000) % 1000;
  return String(milliseconds).padStart(3, "0") + String(date.ticks).padStart(4, "0");
}

/** 0001-01-01T00:00:00 to 9999-12-31T23:59:59.999. */
export function isInRange(wall: number): boolean {
  return wall >= -62135596800000 && wall <= 253402300799999;
}

/** Midnight of a calendar day as a wall clock; undefined for a day that does not exist. */
export function wallOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = year >= 1 && year <= 9999 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() : undefined;
}
