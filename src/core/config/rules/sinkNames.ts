import * as l10n from "@vscode/l10n";
import type { Declaration } from "../agentModel";
import { isTrue } from "../agentModel";
import { parseLegacyText } from "../decoration/legacy";
import type { JsonNode } from "../jsonNode";
import { fix, insertMember, nearest, replaceInString, setString } from "./fixes";
import { placeOf } from "./keyRules";
import type { Report } from "./report";
import type { AgentRule } from "./ruleTable";

/** Regions that exist, for suggestions only: a well-formed unknown one may be new. */
const regions = (
  "us-east-1 us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-south-1 ap-south-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 " +
  "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 " +
  "eu-north-1 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-gov-east-1 us-gov-west-1 cn-north-1 cn-northwest-1"
).split(" ");

const regionText = /^[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}$/;

interface NameRule {
  readonly key: string;
  readonly code: AgentRule;
  readonly pattern: RegExp;
  readonly longest: number;
  readonly message: () => string;
}

export const nameRules: Readonly<Record<string, readonly NameRule[]>> = {
  KinesisFirehose: [
    {
      key: "StreamName",
      code: "firehose-stream-name",
      pattern: /^[A-Za-z0-9_.-]*$/,
      longest: 64,
      message: () => l10n.t("A delivery stream name has 1 to 64 letters, digits or _ . - and this one cannot exist: every batch is lost."),
    },
  ],
  KinesisStream: [
    {
      key: "StreamName",
      code: "kinesis-stream-name",
      pattern: /^[A-Za-z0-9_.-]*$/,
      longest: 128,
      message: () => l10n.t("A data stream name has 1 to 128 letters, digits or _ . - and this one cannot exist: every batch is lost."),
    },
  ],
};

export const logNames: readonly NameRule[] = [
  {
    key: "LogGroup",
    code: "log-group-name",
    pattern: /^[A-Za-z0-9_./#-]*$/,
    longest: 512,
    message: () => l10n.t("A log group name has 1 to 512 letters, digits or _ - / . # and this one cannot exist: every batch is lost."),
  },
  {
    key: "LogStream",
    code: "log-stream-name",
    pattern: /^[^:*]*$/,
    longest: 512,
    message: () => l10n.t("A log stream name has 1 to 512 characters without : and * and this one cannot exist: every batch is lost."),
  },
];

/** What stays of a text when variables are resolved to anything: their places are left out. */
function fixedText(text: string): { readonly fixed: string; readonly hasVariables: boolean } {
  const { parts } = parseLegacyText(text);
  return {
    fixed: parts.map((part) => (part.kind === "literal" ? part.text : "")).join(""),
    hasVariables: parts.some((part) => part.kind === "variable"),
  };
}

export function checkName(report: Report, sink: Declaration, rule: NameRule): void {
  const node = sink.node.member(rule.key);
  const text = node?.scalar;
  if (node === undefined || text === undefined || hasEdgeBlanks(text) || hasMarkup(text) || /%\w+%/.test(text)) {
    return;
  }
  if (rule.key !== "LogStream" && checkTimestampVariable(report, node, text)) {
    return;
  }
  const { fixed, hasVariables } = fixedText(text);
  const tooShort = fixed === "" && !hasVariables;
  if (tooShort || fixed.length > rule.longest || !rule.pattern.test(fixed)) {
    report.add(rule.code, node.contentSpan, rule.message());
  }
}

function checkTimestampVariable(report: Report, node: JsonNode, text: string): boolean {
  const match = /\{timestamp(?::[^}]*)?\}/i.exec(text);
  if (match === null) {
    return false;
  }
  const end = match.index + match[0].length;
  report.add(
    "timestamp-variable-in-stream-name",
    node.sourceSpan(match.index, end),
    l10n.t("The time is not resolved in this name: the text stays as it is and nothing arrives."),
    {
      fixes: [fix(l10n.t("Remove the variable"), [replaceInString(node, match.index, end, "")])],
    },
  );
  return true;
}

export function hasEdgeBlanks(text: string): boolean {
  return text !== text.trim();
}

export function hasMarkup(text: string): boolean {
  return /[`<>]|&(?:[a-z]+|#\d+);/i.test(text);
}

export function checkRegion(report: Report, sink: Declaration): void {
  const property = sink.node.property("Region");
  const node = property?.value;
  const text = node?.scalar;
  const needed = !isTrue(sink.node.member("FailoverEnabled")) && (sink.node.member("ServiceURL")?.scalar ?? "") === "";
  if (property === undefined || text === "") {
    if (needed) {
      const edit = node === undefined ? insertMember(sink.node, "Region", '"us-east-1"') : setString(node, "us-east-1");
      report.add(
        "region-missing",
        node?.span ?? placeOf(sink.node, sink),
        l10n.t("Without Region the sink depends on the profile or on instance metadata, and may not load."),
        {
          fixes: [fix(l10n.t("Insert Region"), [edit], { preferred: true })],
        },
      );
    }
    return;
  }
  if (node === undefined || text === undefined || fixedText(text).hasVariables) {
    return;
  }
  const name = text
    .trim()
    .replace(/^[`<]+|[`>]+$/g, "")
    .toLowerCase();
  if (text.trim() !== text || !regionText.test(text.toLowerCase()) || isMisspelledRegion(name)) {
    if ((hasEdgeBlanks(text) && regionText.test(name)) || hasMarkup(text)) {
      return;
    }
    const suggestion = nearest(name.replace(/[^a-z0-9-]+/g, "-"), regions);
    report.add("region-format", node.contentSpan, l10n.t("{0} is no AWS Region: the agent accepts it and every call fails.", text), {
      fixes: suggestion === undefined ? [] : [fix(l10n.t("Change to {0}", suggestion), [setString(node, suggestion)], { preferred: true })],
    });
  }
}

/** An area that does not exist, or a direction misspelled: us-est-1, eu-west1. */
function isMisspelledRegion(name: string): boolean {
  const directions = /-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d{1,2}$/;
  return !regions.includes(name) && !directions.test(name);
}

export function checkServiceUrl(report: Report, sink: Declaration): void {
  const node = sink.node.member("ServiceURL");
  const text = node?.scalar ?? "";
  if (node !== undefined && text !== "" && !/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+/i.test(text)) {
    report.add("service-url", node.contentSpan, l10n.t("This is no absolute URL: the sink does not load."));
  }
}
