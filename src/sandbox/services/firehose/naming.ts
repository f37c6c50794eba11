/** How weekly index names are made: the ISO week, as the guide's table shows it, or the guide's own rule in words. */
export type WeekRule = "iso-example" | "us-documented";

const two = (value: number): string => String(value).padStart(2, "0");

/** The index that a record arriving at `at` (milliseconds, UTC) goes to. */
export function rotatedIndex(base: string, period: string, at: number, rule: WeekRule = "iso-example"): string {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  const month = two(date.getUTCMonth() + 1);
  const day = two(date.getUTCDate());
  switch (period) {
    case "OneHour":
      return `${base}-${year}-${month}-${day}-${two(date.getUTCHours())}`;
    case "OneDay":
      return `${base}-${year}-${month}-${day}`;
    case "OneWeek":
      return `${base}-${weekOf(date, rule)}`;
    case "OneMonth":
      return `${base}-${year}-${month}`;
    default:
      return base;
  }
}

const dayMillis = 86_400_000;

function weekOf(date: Date, rule: WeekRule): string {
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  if (rule === "iso-example") {
    const thursday = new Date(midnight + (3 - ((date.getUTCDay() + 6) % 7)) * dayMillis);
    const week = Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / dayMillis / 7) + 1;
    return `${thursday.getUTCFullYear()}-w${two(week)}`;
  }
  // Weeks begin on Sunday; the first one holds the year's first Saturday.
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  const offset = new Date(start).getUTCDay();
  const week = Math.floor(((midnight - start) / dayMillis + offset) / 7) + 1;
  return `${date.getUTCFullYear()}-w${two(week)}`;
}

export interface ObjectName {
  readonly prefix: string;
  readonly errorPrefix: string | undefined;
  /** Value of !{firehose:error-output-type}; absent for records that did not fail. */
  readonly errorType?: string;
  readonly stream: string;
  readonly version: number;
  /** Approximate arrival of the oldest record, milliseconds. */
  readonly at: number;
  readonly uuid: string;
  readonly extension: string;
  readonly random: () => string;
}

/** Key of an S3 object: evaluated prefix and the fixed suffix. */
export function objectKey(name: ObjectName): string {
  const stamp = new Date(name.at).toISOString().slice(0, 19).replace(/[T:]/g, "-");
  return `${evaluatedPrefix(name)}${name.stream}-${name.version}-${stamp}-${name.uuid}${name.extension}`;
}

function evaluatedPrefix(name: ObjectName): string {
  const { errorType, errorPrefix } = name;
  if (errorType !== undefined && errorPrefix !== undefined && errorPrefix !== "") {
    const evaluated = evaluate(errorPrefix, name);
    return errorPrefix.includes("!{") ? evaluated : `${evaluated}${errorType}/${evaluate("!{timestamp:yyyy/MM/dd/HH/}", name)}`;
  }
  const folder = errorType === undefined ? "" : `${errorType}/`;
  const dated = name.prefix.includes("!{timestamp:") ? "" : evaluate("!{timestamp:yyyy/MM/dd/HH/}", name);
  return `${evaluate(name.prefix, name)}${folder}${dated}`;
}

function evaluate(prefix: string, name: ObjectName): string {
  return prefix.replace(/!\{(timestamp|firehose):([^}]*)\}/g, (_all, kind: string, argument: string) =>
    kind === "timestamp"
      ? formatJava(argument, name.at)
      : argument === "error-output-type"
        ? (name.errorType ?? "")
        : argument === "random-string"
          ? name.random()
          : "",
  );
}

/** The letters of Java's DateTimeFormatter that prefixes use. */
function formatJava(pattern: string, at: number): string {
  const date = new Date(at);
  const parts: Readonly<Record<string, string>> = {
    yyyy: String(date.getUTCFullYear()),
    YYYY: String(date.getUTCFullYear()),
    uuuu: String(date.getUTCFullYear()),
    yy: two(date.getUTCFullYear() % 100),
    MM: two(date.getUTCMonth() + 1),
    M: String(date.getUTCMonth() + 1),
    dd: two(date.getUTCDate()),
    d: String(date.getUTCDate()),
    HH: two(date.getUTCHours()),
    H: String(date.getUTCHours()),
    mm: two(date.getUTCMinutes()),
    ss: two(date.getUTCSeconds()),
  };
  return pattern.replace(/'([^']*)'|([a-zA-Z])\2*/g, (part, quoted: string | undefined) => quoted ?? parts[part] ?? part);
}
