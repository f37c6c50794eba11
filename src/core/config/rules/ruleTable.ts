import * as l10n from "@vscode/l10n";
import type { Severity } from "../../text/problem";
import type { RuleInfo } from "../../text/rule";

type Row = Omit<RuleInfo, "code">;

function rule(severities: "E" | "W" | "I" | "EW" | "WE" | "WI", title: () => string): Row {
  const names: Readonly<Record<string, Severity>> = { E: "error", W: "warning", I: "information" };
  const [first = "error", ...rest] = [...severities].map((letter) => names[letter] ?? "error");
  return { severities: [first, ...rest], title };
}

/** Every rule of the agent's appsettings.json. Ids and severities are public: settings files and documentation use them. */
const table = {
  "json-syntax": rule("E", () => l10n.t("Text that is no JSON")),
  "json-curly-quotes": rule("E", () => l10n.t("Curly quotes around a name or value")),
  "json-curly-quotes-in-value": rule("W", () => l10n.t("Curly quotes inside an id, query, pattern or decoration")),
  "json-bad-escape": rule("E", () => l10n.t("A single back slash that JSON does not allow")),
  "json-path-escape": rule("W", () => l10n.t("A back slash of a path that became a control character")),
  "json-duplicate-key": rule("EW", () => l10n.t("The same key twice in one object")),
  "json-root-not-object": rule("E", () => l10n.t("A file that is not one JSON object")),
  "json-invisible-char": rule("EW", () => l10n.t("An invisible character")),
  "json-encoding": rule("EW", () => l10n.t("An encoding that the agent misreads")),
  "json-comment": rule("I", () => l10n.t("Comments or trailing commas, which other programs refuse")),
  "markup-residue": rule("EW", () => l10n.t("Markup left over from a web page")),

  "section-shape": rule("E", () => l10n.t("A section that is not a list")),
  "missing-section": rule("W", () => l10n.t("No sources, sinks or pipes")),
  "unknown-top-level-key": rule("W", () => l10n.t("A top-level key that the agent does not know")),
  "unknown-key": rule("W", () => l10n.t("A key that the agent does not know")),
  "key-casing": rule("I", () => l10n.t("A key in another case")),
  "key-not-applicable": rule("I", () => l10n.t("A key without effect here")),
  "missing-required-key": rule("E", () => l10n.t("A required key is missing")),
  "wrong-value-shape": rule("EW", () => l10n.t("A list or object where a single value belongs, or the reverse")),
  "not-an-integer": rule("WE", () => l10n.t("A value that is no whole number")),
  "number-as-string": rule("I", () => l10n.t("A number written as text, or the reverse")),
  "not-a-boolean": rule("WE", () => l10n.t("A value that is neither true nor false")),
  "value-whitespace": rule("W", () => l10n.t("Blanks at the start or end of a name")),
  "empty-value": rule("W", () => l10n.t("An empty value that changes the meaning")),
  "selfupdate-obsolete": rule("I", () => l10n.t("SelfUpdate is not read any more")),
  "telemetrics-off-value": rule("W", () => l10n.t("Telemetry that stays on, or a redirect that never works")),

  "missing-id": rule("E", () => l10n.t("A source or sink without an Id")),
  "credential-missing-id": rule("E", () => l10n.t("A credential without an Id")),
  "duplicate-source-id": rule("E", () => l10n.t("Two sources of the same Id")),
  "duplicate-sink-id": rule("E", () => l10n.t("Two sinks of the same Id")),
  "duplicate-credential-id": rule("W", () => l10n.t("Two credentials of the same Id")),
  "duplicate-pipe-id": rule("I", () => l10n.t("Two pipes of the same Id")),
  "dangling-source-ref": rule("E", () => l10n.t("A SourceRef that names no source")),
  "dangling-sink-ref": rule("E", () => l10n.t("A SinkRef that names no sink")),
  "ref-casing": rule("E", () => l10n.t("A reference in another case than the Id")),
  "missing-ref": rule("E", () => l10n.t("A pipe without a source or sink")),
  "duplicate-pipe": rule("WE", () => l10n.t("The same pipe twice")),
  "unused-source": rule("W", () => l10n.t("A source that no pipe uses")),
  "unused-sink": rule("I", () => l10n.t("A sink that no pipe uses")),
  "reserved-id": rule("W", () => l10n.t("An Id that the agent uses itself")),
  "id-not-filename-safe": rule("WE", () => l10n.t("An Id that is not fit for a file name")),
  "metric-source-into-record-sink": rule("E", () => l10n.t("Performance counters into a sink for records")),
  "record-source-into-metric-sink": rule("E", () => l10n.t("Records into a sink for metrics")),
  "polling-source-fan-out": rule("E", () => l10n.t("A polling source that feeds several sinks")),
  "bookmark-flush-multiple-sinks": rule("W", () => l10n.t("Delivery bookmarks with several sinks")),
  "filter-without-type": rule("W", () => l10n.t("A filter without the pipe type that applies it")),

  "unknown-type": rule("E", () => l10n.t("A type that the agent does not know")),
  "unknown-enum-value": rule("EW", () => l10n.t("A value that is not in the list")),
  "enum-case-significant": rule("EW", () => l10n.t("A value whose case matters")),
  "unknown-format": rule("W", () => l10n.t("A record format that the agent does not know")),
  "initial-position-timestamp-missing": rule("EW", () => l10n.t("Position Timestamp without a timestamp")),
  "initial-position-timestamp-unused": rule("I", () => l10n.t("A start timestamp that is not used")),
  "initial-position-timestamp-format": rule("EW", () => l10n.t("A start timestamp that is misread")),
  "event-query-syntax": rule("E", () => l10n.t("An event query that Windows rejects")),
  "event-query-entity": rule("E", () => l10n.t("XML entities in the wrong kind of event query")),
  "event-log-name-case": rule("W", () => l10n.t("An event log name that never matches")),
  "include-event-data-mapping": rule("WI", () => l10n.t("Event data of mixed types")),
  "timestamp-parser-format": rule("WE", () => l10n.t("A timestamp format that the parser never finds")),
  "empty-json-record": rule("E", () => l10n.t("JSON records without any field")),
  "csv-first-line": rule("W", () => l10n.t("The first line of each file is taken as its header")),
  "default-field-mapping": rule("E", () => l10n.t("A field mapping without #Fields:")),
  "perf-instances-missing": rule("W", () => l10n.t("A counter category without instances")),
  "perf-unit-unknown": rule("W", () => l10n.t("A counter unit that CloudWatch does not know")),
  "perf-instance-looks-like-regex": rule("W", () => l10n.t("A regular expression in Instances")),
  "regex-dotnet": rule("E", () => l10n.t("A pattern that .NET rejects")),
  "interval-range": rule("EW", () => l10n.t("An interval out of range")),

  "firehose-stream-name": rule("E", () => l10n.t("An impossible delivery stream name")),
  "kinesis-stream-name": rule("E", () => l10n.t("An impossible data stream name")),
  "log-group-name": rule("E", () => l10n.t("An impossible log group name")),
  "log-stream-name": rule("E", () => l10n.t("An impossible log stream name")),
  "timestamp-variable-in-stream-name": rule("E", () => l10n.t("A time variable that is not resolved here")),
  "region-format": rule("E", () => l10n.t("A Region that cannot exist")),
  "region-missing": rule("W", () => l10n.t("An AWS sink without a Region")),
  "hardcoded-credentials": rule("E", () => l10n.t("Keys in plain text")),
  "incomplete-key-pair": rule("EW", () => l10n.t("Half a key pair")),
  "credential-precedence": rule("I", () => l10n.t("Several kinds of credentials in one sink")),
  "dangling-credential-ref": rule("E", () => l10n.t("A CredentialRef that names no credential")),
  "appstream-profile": rule("W", () => l10n.t("A sink without the machine role of AppStream")),
  "number-out-of-range": rule("EW", () => l10n.t("A number out of range")),
  "service-url": rule("E", () => l10n.t("A service address that is no URL")),
  "failover-keys": rule("E", () => l10n.t("Failover settings that make the sink fail")),
  "combine-records-search": rule("W", () => l10n.t("Combined records toward a search domain")),
  "decoration-without-effect": rule("W", () => l10n.t("A decoration without effect, or one that replaces the record")),
  "empty-text-decoration": rule("E", () => l10n.t("An empty decoration that loses all data")),
  "object-decoration-missing-equals": rule("E", () => l10n.t("An attribute without =")),
  "object-decoration-extra-equals": rule("W", () => l10n.t("A second = or blanks around an attribute's name")),
  "object-decoration-duplicate-key": rule("EW", () => l10n.t("The same attribute twice")),
  "object-decoration-field-collision": rule("E", () => l10n.t("An attribute named like a field of the record")),
  "json-decoration-on-text": rule("W", () => l10n.t("JSON attributes for plain lines")),
  "decoration-placeholder": rule("W", () => l10n.t("A placeholder that someone must replace")),
  "decoration-unknown-prefix": rule("W", () => l10n.t("A variable prefix that the agent does not know")),
  "decoration-unprefixed": rule("I", () => l10n.t("A variable without env:")),
  "decoration-unclosed": rule("W", () => l10n.t("An opening brace that is not closed")),
  "percent-variable": rule("W", () => l10n.t("A %NAME% that is never expanded")),
  "appstream-user-variable": rule("W", () => l10n.t("A variable of the streaming user")),
  "ec2-variable-case": rule("W", () => l10n.t("An instance metadata path that does not exist")),
  "timestamp-format": rule("E", () => l10n.t("An invalid date format")),
  "local-variable-unknown": rule("W", () => l10n.t("A field that no connected source has")),
  "event-timestamp-meta": rule("W", () => l10n.t("The time of reading instead of the time of the event")),
  "ex-syntax": rule("E", () => l10n.t("An expression that does not parse")),
  "ex-unknown-function": rule("E", () => l10n.t("A function that does not exist")),
  "ex-legacy-timestamp": rule("E", () => l10n.t("The old time variable in an expression")),
  "ex-brace-escape": rule("E", () => l10n.t("A @{ that does not escape")),
  "ex-quotes": rule("E", () => l10n.t("The wrong quotes in an expression")),

  "ex-stale-attribute": rule("E", () => l10n.t("An attribute that repeats the previous record")),
  "typename-record": rule("E", () => l10n.t("Records that are only a type name")),
  "perf-unit-unsupported": rule("E", () => l10n.t("A counter unit that stops the whole sink")),
  "legacy-record-braces": rule("W", () => l10n.t("Free text whose braces are resolved again")),
  "legacy-json-template": rule("W", () => l10n.t("A JSON template in the old grammar")),
  "include-directory-filter-alone": rule("E", () => l10n.t("A folder filter that reads nothing")),
  "directory-path-shape": rule("W", () => l10n.t("A folder path that breaks bookmarks")),
  "regex-time-not-parsed": rule("W", () => l10n.t("A record time that is not parsed")),
  "omit-line-number-conflict": rule("W", () => l10n.t("Lines swallowed after every restart")),
  "unflushed-batch-loss": rule("W", () => l10n.t("A long batch that every stop loses")),
} satisfies Readonly<Record<string, Row>>;

export type AgentRule = keyof typeof table;

export const agentRules: readonly RuleInfo[] = Object.entries(table).map(([code, row]) => ({ code, ...row }));

export function usualSeverity(code: AgentRule): Severity {
  return table[code].severities[0];
}
