import type { Severity } from "../core/text/problem";
import type { RuleInfo } from "../core/text/rule";
import { ruleDocumentation } from "../core/text/rule";

/** A finding as the command prints it; lines and columns start at 1, columns are UTF-16 units, the end is exclusive. */
export interface LintFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

export type LintFormat = "text" | "json" | "sarif" | "github";
export const lintFormats: readonly LintFormat[] = ["text", "json", "sarif", "github"];

export function formatFindings(findings: readonly LintFinding[], format: LintFormat, rules: readonly RuleInfo[]): string {
  switch (format) {
    case "text":
      return findings.map(textLine).join("");
    case "json":
      return `${JSON.stringify(findings, null, 2)}\n`;
    case "sarif":
      return `${JSON.stringify(sarifLog(findings, rules), null, 2)}\n`;
    case "github":
      return findings.map(githubLine).join("");
  }
}

function textLine({ file, line, column, severity, code, message }: LintFinding): string {
  return `${file}:${line}:${column}: ${severity} ${code}: ${message}\n`;
}

const githubLevels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", information: "notice" };

function githubLine(finding: LintFinding): string {
  const { file, line, column, endLine, endColumn, severity, code, message } = finding;
  const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const place = `file=${property(file)},line=${line},col=${column},endLine=${endLine},endColumn=${endColumn}`;
  return `::${githubLevels[severity]} ${place},title=${property(code)}::${data(message)}\n`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

const sarifLevels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", information: "note" };

function sarifLog(findings: readonly LintFinding[], rules: readonly RuleInfo[]): unknown {
  const used = [...new Set(findings.map((finding) => finding.code))].sort();
  const known = new Map(rules.map((rule) => [rule.code, rule]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "AppStream Monitor", rules: used.map((code) => sarifRule(code, known.get(code))) } },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => sarifResult(finding, used.indexOf(finding.code))),
      },
    ],
  };
}

function sarifRule(code: string, rule: RuleInfo | undefined): unknown {
  const help = { text: `See ${ruleDocumentation(code)} in the extension.` };
  return rule === undefined
    ? { id: code, help }
    : { id: code, shortDescription: { text: rule.title() }, help, defaultConfiguration: { level: sarifLevels[rule.severities[0]] } };
}

function sarifResult(finding: LintFinding, ruleIndex: number): unknown {
  const { file, line, column, endLine, endColumn, severity, code, message } = finding;
  return {
    ruleId: code,
    ruleIndex,
    level: sarifLevels[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
  };
}

/** A relative reference or a file URI. */
function uriOf(file: string): string {
  const slashed = file.replaceAll("\\", "/");
  const encoded = slashed.split("/").map(encodeURIComponent).join("/");
  if (/^[A-Za-z]:\//.test(slashed)) {
    return `file:///${encoded.replace("%3A", ":")}`;
  }
  return slashed.startsWith("/") ? `file://${encoded}` : encoded;
}
