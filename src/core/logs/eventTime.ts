export interface EventTime {
  readonly ms: number;
  /** Steps of 100 ns below the millisecond. */
  readonly rest: number;
}

/** `TimeCreated` as the agent writes it: UTC, up to seven digits of a second. */
export function eventTime(source: Readonly<Record<string, unknown>>): EventTime | undefined {
  const text = source["TimeCreated"] ?? source["@timestamp"];
  if (typeof text === "number") {
    return { ms: text, rest: 0 };
  }
  const parts = typeof text === "string" ? /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/.exec(text) : null;
  if (parts === null) {
    return undefined;
  }
  const digits = (parts[2] ?? "").padEnd(7, "0").slice(0, 7);
  const seconds = Date.parse(`${(parts[1] ?? "").replace(" ", "T")}${parts[3] ?? "Z"}`);
  return Number.isNaN(seconds) ? undefined : { ms: seconds + Number(digits.slice(0, 3)), rest: Number(digits.slice(3)) };
}

export function compareTimes(a: EventTime | undefined, b: EventTime | undefined): number {
  return (a?.ms ?? 0) - (b?.ms ?? 0) || (a?.rest ?? 0) - (b?.rest ?? 0);
}
