import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { Connection, Declaration } from "../agentModel";
import { isBuiltInSink, isBuiltInSource } from "../agentModel";
import type { JsonNode, JsonProperty } from "../jsonNode";
import { didYouMean, fix, insertItem, insertMember, removeItem, setString } from "./fixes";
import type { Report } from "./report";
import { skeleton } from "./skeletons";

interface End {
  readonly key: "SourceRef" | "SinkRef";
  readonly section: "Sources" | "Sinks";
  readonly code: "dangling-source-ref" | "dangling-sink-ref";
  readonly isBuiltIn: (id: string) => boolean;
  readonly unknown: (id: string) => string;
  readonly missing: () => string;
}

const sourceEnd: End = {
  key: "SourceRef",
  section: "Sources",
  code: "dangling-source-ref",
  isBuiltIn: isBuiltInSource,
  unknown: (id) => l10n.t("There is no source {0}: the pipe fails and nothing flows.", id),
  missing: () => l10n.t("The pipe has no SourceRef: the agent counts it as connected, but nothing flows."),
};

const sinkEnd: End = {
  key: "SinkRef",
  section: "Sinks",
  code: "dangling-sink-ref",
  isBuiltIn: isBuiltInSink,
  unknown: (id) => l10n.t("There is no sink {0}: the pipe fails and nothing flows.", id),
  missing: () => l10n.t("The pipe has no SinkRef: it fails and nothing flows."),
};

/** Suggestions compare with every id, so only so many are worked out. */
const maximumSuggestions = 100;

export function checkReferences(report: Report): void {
  const { model } = report;
  const sourcesResolved = checkEnds(report, sourceEnd);
  const sinksResolved = checkEnds(report, sinkEnd);
  const redirect = model.root?.member("Telemetrics")?.member("RedirectToSinkId");
  if (redirect?.scalar !== undefined && redirect.scalar !== "") {
    checkReference(report, sinkEnd, redirect, redirect.scalar, caseIndex(model.declarations.Sinks));
  }
  if (model.connections.length > 0) {
    if (sourcesResolved) {
      checkUnusedSources(report);
    }
    if (sinksResolved) {
      checkUnusedSinks(report, redirect?.scalar);
    }
  }
  checkCredentialRefs(report);
}

/** Returns whether every pipe names a declaration at that end: otherwise an unused one may be the one that was meant. */
function checkEnds(report: Report, end: End): boolean {
  const index = caseIndex(report.model.declarations[end.section]);
  let resolved = true;
  let suggestions = 0;
  for (const connection of report.model.connections) {
    const property = connection.pipe.node.property(end.key);
    const reference = end.key === "SourceRef" ? connection.sourceRef : connection.sinkRef;
    if (property === undefined || (reference !== undefined && reference.trim() === "")) {
      reportMissing(report, end, connection, property);
      resolved = false;
    } else if (reference !== undefined && property.value !== undefined) {
      const ok = checkReference(report, end, property.value, reference, index, suggestions < maximumSuggestions);
      resolved &&= ok;
      suggestions += ok ? 0 : 1;
    }
  }
  return resolved;
}

/** Ids by their lower-case, trimmed form. */
function caseIndex(declarations: readonly Declaration[]): Map<string, string> {
  const index = new Map<string, string>();
  for (const { id } of declarations) {
    if (id !== undefined && id.trim() !== "") {
      index.set(id.trim().toLowerCase(), id);
    }
  }
  return index;
}

function checkReference(
  report: Report,
  end: End,
  node: JsonNode,
  reference: string,
  index: ReadonlyMap<string, string>,
  suggest = true,
): boolean {
  const declared = end.section === "Sources" ? report.model.sources : report.model.sinks;
  if (declared.has(reference) || end.isBuiltIn(reference)) {
    return true;
  }
  const similar = index.get(reference.trim().toLowerCase());
  if (similar === undefined) {
    const fixes = suggest ? didYouMean(reference, index.values(), (id) => setString(node, id)) : [];
    report.add(end.code, node.contentSpan, end.unknown(reference), { fixes: [...fixes, ...creationFix(report, end, reference)] });
  } else if (similar.trim() !== reference.trim()) {
    const message = l10n.t("The Id is spelled {0}; case matters here, so the pipe fails and nothing flows.", similar);
    report.add("ref-casing", node.contentSpan, message, {
      fixes: [fix(l10n.t("Change to {0}", similar), [setString(node, similar)], { safe: true, preferred: true })],
    });
  }
  return false;
}

function creationFix(report: Report, end: End, id: string): Fix[] {
  const section = report.model.root?.member(end.section);
  if (section?.kind !== "array") {
    return [];
  }
  const title = end.section === "Sources" ? l10n.t("Create the source {0}", id) : l10n.t("Create the sink {0}", id);
  return [fix(title, [insertItem(section, skeleton(end.section, id, id))])];
}

function reportMissing(report: Report, end: End, { pipe }: Connection, property: JsonProperty | undefined): void {
  const ids = [...(end.section === "Sources" ? report.model.sources : report.model.sinks).keys()];
  const only = ids.length === 1 ? ids[0] : undefined;
  const span = property?.value?.span ?? property?.key.span ?? { start: pipe.node.start, end: pipe.node.start + 1 };
  const value = only ?? "";
  const edit = property?.value === undefined ? insertMember(pipe.node, end.key, JSON.stringify(value)) : setString(property.value, value);
  const fixes = property !== undefined && only === undefined ? [] : [fix(l10n.t("Insert {0}", end.key), [edit], { preferred: true })];
  report.add("missing-ref", span, end.missing(), { fixes });
}

function checkUnusedSources(report: Report): void {
  const { model } = report;
  for (const declared of model.declarations.Sources) {
    if (isNamed(declared) && model.sources.get(declared.id ?? "") === declared && !model.connectionsOfSource.has(declared)) {
      const message = l10n.t("No pipe uses the source {0}: it reads events, discards them and moves its bookmark.", declared.id ?? "");
      report.add("unused-source", declared.idNode?.contentSpan ?? declared.node.span, message, {
        fixes: [...pipeFix(report, declared, "SourceRef", "SinkRef", [...model.sinks.keys()]), ...removalFix(report, declared)],
        unnecessary: true,
      });
    }
  }
}

function checkUnusedSinks(report: Report, redirect: string | undefined): void {
  const { model } = report;
  for (const declared of model.declarations.Sinks) {
    const used = model.connectionsOfSink.has(declared) || declared.id === redirect;
    if (isNamed(declared) && model.sinks.get(declared.id ?? "") === declared && !used) {
      const message = l10n.t("No pipe uses the sink {0}: it receives nothing, but still needs its credentials.", declared.id ?? "");
      report.add("unused-sink", declared.idNode?.contentSpan ?? declared.node.span, message, {
        fixes: [...pipeFix(report, declared, "SinkRef", "SourceRef", [...model.sources.keys()]), ...removalFix(report, declared)],
        unnecessary: true,
      });
    }
  }
}

function isNamed(declared: Declaration): boolean {
  return declared.id !== undefined && declared.id.trim() !== "";
}

function removalFix(report: Report, { section, node, id }: Declaration): Fix[] {
  const list = report.model.root?.member(section);
  return list?.kind === "array" && list.items.includes(node) ? [fix(l10n.t("Remove {0}", id ?? ""), [removeItem(list, node)])] : [];
}

function pipeFix(report: Report, declared: Declaration, own: string, other: string, others: readonly string[]): Fix[] {
  const pipes = report.model.root?.member("Pipes");
  const [partner] = others;
  if (pipes?.kind !== "array" || partner === undefined || others.length > 1) {
    return [];
  }
  const entry = `{ "Id": ${JSON.stringify(`${declared.id ?? ""}Pipe`)}, "${own}": ${JSON.stringify(declared.id)}, "${other}": ${JSON.stringify(partner)} }`;
  return [fix(l10n.t("Add a pipe"), [insertItem(pipes, entry)])];
}

function checkCredentialRefs(report: Report): void {
  const { model } = report;
  for (const declared of [...model.declarations.Sinks, ...model.declarations.Plugins]) {
    const node = declared.node.member("CredentialRef");
    const reference = node?.scalar;
    if (node === undefined || reference === undefined || reference === "" || model.credentials.has(reference)) {
      continue;
    }
    const ids = [...model.credentials.keys()];
    const sameWord = ids.find((id) => id.trim().toLowerCase() === reference.trim().toLowerCase());
    if (sameWord !== undefined && sameWord.trim() === reference.trim()) {
      continue;
    }
    const message = l10n.t("There is no credential {0}: the sink does not load and everything sent to it is lost.", reference);
    report.add("dangling-credential-ref", node.contentSpan, message, { fixes: didYouMean(reference, ids, (id) => setString(node, id)) });
  }
}
