import { type DotnetDate, toLocal } from "../config/decoration/dotnetDate";
import type { ConfigSection } from "./configuration";
import { readBool } from "./configuration";
import { parseDateFreely } from "./dateParseFreely";
import type { AgentEnvironment } from "./environment";
import type { Envelope } from "./envelope";
import { type FileLine, type LineParser, ParserRefused, requireRegex, timestampExtractor } from "./lineParsers";
import { columnsRecord, localNow, utcNow } from "./textRecords";

/** What tells the delimited formats apart. */
interface ColumnFormat {
  readonly defaultHeaders?: readonly string[];
  readonly isW3svc?: boolean;
  readonly trim: boolean;
  isHeader(line: string, lineNumber: number): boolean;
  /** Undefined where the agent forgets the mapping. */
  headers(line: string): readonly string[] | undefined;
  isComment(line: string): boolean;
  split(line: string): readonly string[];
  keyValue?(key: string, value: string): readonly [string, string];
  /** Undefined where the agent throws: the line is skipped. */
  time(columns: ReadonlyMap<string, string>): DotnetDate | undefined;
}

class ColumnParser implements LineParser {
  private readonly format: ColumnFormat;
  private readonly environment: AgentEnvironment;
  private readonly files = new Map<string, { headers: readonly string[] | undefined; lineNumber: number }>();

  constructor(format: ColumnFormat, environment: AgentEnvironment) {
    this.format = format;
    this.environment = environment;
  }

  parse(path: string, lines: readonly FileLine[]): Envelope[] {
    let file = this.files.get(path);
    if (file === undefined) {
      file = { headers: this.format.defaultHeaders, lineNumber: 0 };
      this.files.set(path, file);
    }
    const records: Envelope[] = [];
    for (const { text, end } of lines) {
      if (this.format.isW3svc === true && text.startsWith("\0")) {
        break;
      }
      file.lineNumber++;
      if (this.format.isHeader(text, file.lineNumber)) {
        file.headers = this.format.headers(text);
      } else if (!this.format.isComment(text) && file.headers !== undefined) {
        const columns = this.columns(file.headers, this.format.split(text));
        const time = this.format.time(columns);
        if (time !== undefined) {
          const place = { path, position: end, lineNumber: file.lineNumber };
          records.push(columnsRecord(text, columns, time, place, this.environment, this.format.isW3svc));
        }
      }
    }
    return records;
  }

  private columns(headers: readonly string[], values: readonly string[]): Map<string, string> {
    const columns = new Map<string, string>();
    for (const [index, header] of headers.slice(0, values.length).entries()) {
      const value = values[index] ?? "";
      const [key, text] = this.format.keyValue?.(header, this.format.trim ? value.trim() : value) ?? [
        header,
        this.format.trim ? value.trim() : value,
      ];
      columns.set(key, text);
    }
    return columns;
  }
}

export function w3svcParser(config: ConfigSection, environment: AgentEnvironment): LineParser {
  const prefix = "#Fields: ";
  const headers = (line: string): readonly string[] => line.slice(prefix.length).split(" ");
  const mapping = config.get("DefaultFieldMapping");
  return new ColumnParser(
    {
      isW3svc: true,
      ...(mapping === undefined || mapping.length < prefix.length ? {} : { defaultHeaders: headers(mapping) }),
      trim: readBool(config.get("TrimDataFields")) ?? false,
      isHeader: (line) => line.startsWith(prefix),
      headers,
      isComment: (line) => line.startsWith("#"),
      split: (line) => line.split(" "),
      time: (columns) => {
        const [date, time] = [columns.get("date"), columns.get("time")];
        return date === undefined || time === undefined
          ? utcNow(environment)
          : parseDateFreely(`${date}T${time}Z`, environment, "roundtrip", environment.culture);
      },
    },
    environment,
  );
}

export function ulsParser(environment: AgentEnvironment): LineParser {
  return new ColumnParser(
    {
      trim: true,
      isHeader: (line) => /^timestamp/i.test(line),
      headers: (line) => line.split("\t"),
      isComment: () => false,
      split: (line) => line.split("\t"),
      keyValue: (key, value) => [key.trim(), /^timestamp/i.test(key) && value.endsWith("*") ? value.slice(0, -1) : value],
      time: (columns) => {
        const utc = columns.get("TimestampUtc");
        if (utc !== undefined) {
          const parsed = parseDateFreely(utc, environment, "universal", environment.culture);
          return parsed === undefined ? undefined : toLocal(parsed, environment.localOffset);
        }
        const local = columns.get("Timestamp");
        return local === undefined ? localNow(environment) : parseDateFreely(local, environment, "local", environment.culture);
      },
    },
    environment,
  );
}

export function exchangeParser(config: ConfigSection, environment: AgentEnvironment): LineParser {
  const prefix = "#Fields: ";
  const extractor = timestampExtractor(config.get("TimestampField"), undefined, environment);
  const named = config.get("TimestampField") !== undefined;
  return new ColumnParser(
    {
      trim: false,
      isHeader: (line) => line.startsWith(prefix),
      headers: (line) => splitCsv(line.slice(prefix.length)),
      isComment: (line) => line.startsWith("#") || line.startsWith("Date"),
      split: splitCsv,
      time: (columns) => {
        const found = named
          ? undefined
          : [columns.get("date-time"), columns.get("DateTime")].map((text) =>
              text === undefined ? undefined : parseDateFreely(text, environment, "none", environment.culture),
            );
        return found?.find((time) => time !== undefined) ?? extractor.ofColumns(columns);
      },
    },
    environment,
  );
}

/** DirectorySource with RecordParser Delimited. */
export function delimitedParser(config: ConfigSection, environment: AgentEnvironment): LineParser {
  const delimiter = config.get("Delimiter");
  const csv = delimiter === "," && (readBool(config.get("CSVEscapeMode")) ?? true);
  const split = (line: string): readonly string[] =>
    csv ? splitCsv(line) : delimiter === undefined || delimiter === "" ? [line] : line.split(delimiter);
  const headers = config.get("Headers");
  const [headerText, recordText, commentText] = [config.get("HeaderPattern"), config.get("RecordPattern"), config.get("CommentPattern")];
  if (headers === undefined && headerText === undefined) {
    throw new ParserRefused("either Headers or HeaderPattern is required");
  }
  const comment = commentText === undefined ? undefined : requireRegex(commentText, "CommentPattern");
  const record = recordText === undefined ? undefined : requireRegex(recordText, "RecordPattern");
  const header = headerText === undefined ? undefined : requireRegex(headerText, "HeaderPattern", { explicitCapture: true });
  const extractor = timestampExtractor(config.get("TimestampField"), config.get("TimestampFormat"), environment);
  return new ColumnParser(
    {
      ...(headers === undefined ? {} : { defaultHeaders: split(headers) }),
      trim: readBool(config.get("TrimDataFields")) ?? false,
      isHeader: (line, lineNumber) => (csv ? lineNumber === 1 : (header?.isMatch(line) ?? false)),
      headers: (line) => {
        const text = headers ?? line;
        if (header === undefined || header.groupNames.length <= 1) {
          return split(text);
        }
        const group = header.match(text)?.groups.find(({ name }) => name === "Headers");
        return group === undefined ? undefined : split(group.value);
      },
      isComment: (line) => comment?.isMatch(line) ?? (record === undefined ? false : !record.isMatch(line)),
      split,
      time: (columns) => extractor.ofColumns(columns),
    },
    environment,
  );
}

/** The agent's own CSV reading: a field with quotes is what stands between its first and its last one. */
export function splitCsv(line: string): string[] {
  if (line === "") {
    return [];
  }
  const fields: string[] = [];
  let field = "";
  let quotes = 0;
  const finish = (): void => {
    const first = field.indexOf('"');
    const last = field.lastIndexOf('"');
    fields.push(quotes === 0 ? field : field.slice(first + 1, Math.max(first + 1, last)).replaceAll('""', '"'));
    field = "";
    quotes = 0;
  };
  for (const character of line) {
    if (character === "," && quotes % 2 === 0) {
      finish();
    } else {
      quotes += character === '"' ? 1 : 0;
      field += character;
    }
  }
  finish();
  return fields;
}
