const suffix = /^-(\d{4})(?:-w(\d\d)|-(\d\d)(?:-(\d\d)(?:-(\d\d))?)?)$/;

/** The name itself, or the name with one of the suffixes that Firehose appends. */
export function isRotationOf(base: string, name: string): boolean {
  return name === base || (name.startsWith(base) && suffix.test(name.slice(base.length)));
}

/** When the period of a rotated index ended, in milliseconds since the epoch; undefined for a name without suffix. */
export function periodEnd(base: string, name: string): number | undefined {
  const [, year, week, month, day, hour] = (name.startsWith(base) && suffix.exec(name.slice(base.length))) || [];
  if (year === undefined) {
    return undefined;
  }
  if (week !== undefined) {
    return Date.UTC(Number(year), 0, 8 + Number(week) * 7);
  }
  const zeroBased = Number(month) - 1;
  if (day === undefined) {
    return Date.UTC(Number(year), zeroBased + 1, 1);
  }
  return hour === undefined
    ? Date.UTC(Number(year), zeroBased, Number(day) + 1)
    : Date.UTC(Number(year), zeroBased, Number(day), Number(hour) + 1);
}

/** One index by its own name: nothing that would reach others. */
export function isIndexName(name: string): boolean {
  return /^[^\s,/?#<>*:"|\\+_-][^\s,/?#<>*:"|\\]*$/.test(name) && name === name.toLowerCase() && name !== "." && name !== "..";
}
