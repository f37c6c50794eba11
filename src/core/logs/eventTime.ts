export interface EventTime {
  readonly ms: number;
  /** Steps of 100 ns below the millisecond. */
  readonly rest: number;
}

/** `TimeCreated` as the agent writes it: UTC, up to seven digits of a second. */
export function eventTime(source: Readonly<Record<string, unknown>>): EventTime | undefined {
  const value = source["TimeCreated"] ?? source["@timestamp"];
  if (typeof value === "number") {
    return { ms: value, rest: 0 };
  }
  return typeof value === "string" ? (ofAgent(value) ?? ofOthers(value)) : undefined;
}

export function compareTimes(a: EventTime | undefined, b: EventTime | undefined): number {
  return (a?.ms ?? 0) - (b?.ms ?? 0) || (a?.rest ?? 0) - (b?.rest ?? 0);
}

const zero = 48;
let lastDay = "";
let lastDayMs = NaN;

/** 2020-03-02T21:01:12.1234567Z, read digit by digit: this runs for every event. */
function ofAgent(text: string): EventTime | undefined {
  const end = text.length - 1;
  if (end < 19 || end > 29 || text.charCodeAt(end) !== 90 || text.charCodeAt(10) !== 84) {
    return undefined;
  }
  const day = text.slice(0, 10);
  if (day !== lastDay) {
    lastDay = day;
    lastDayMs = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  }
  const hours = pair(text, 11);
  const minutes = pair(text, 14);
  const seconds = pair(text, 17);
  let fraction = 0;
  for (let at = 20; at < 27; at++) {
    const digit = at < end ? text.charCodeAt(at) - zero : 0;
    fraction = digit >= 0 && digit <= 9 ? fraction * 10 + digit : NaN;
  }
  const punctuated = text.charCodeAt(13) === 58 && text.charCodeAt(16) === 58 && (end === 19 || (text.charCodeAt(19) === 46 && end > 20));
  const inRange = hours <= 23 && minutes <= 59 && seconds <= 59;
  const ms = lastDayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000 + Math.floor(fraction / 10_000);
  return punctuated && inRange && !Number.isNaN(ms) ? { ms, rest: fraction % 10_000 } : undefined;
}

function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - zero;
  const ones = text.charCodeAt(at + 1) - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

function ofOthers(text: string): EventTime | undefined {
  const parts = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  if (parts === null) {
    return undefined;
  }
  const digits = (parts[2] ?? "").padEnd(7, "0").slice(0, 7);
  const seconds = Date.parse(`${(parts[1] ?? "").replace(" ", "T")}${parts[3] ?? "Z"}`);
  return Number.isNaN(seconds) ? undefined : { ms: seconds + Number(digits.slice(0, 3)), rest: Number(digits.slice(3)) };
}
