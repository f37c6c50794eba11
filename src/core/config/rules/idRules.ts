import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit } from "../../text/span";
import type { Declaration } from "../agentModel";
import { isBuiltInSink, isBuiltInSource, isTrue } from "../agentModel";
import type { SectionName } from "../agentSchema";
import type { JsonNode } from "../jsonNode";
import { fix, insertMember, setString } from "./fixes";
import type { Report } from "./report";
import type { AgentRule } from "./ruleTable";

const illegalInFileName = /[/\\:*?"<>|\u0000-\u001f]/g;

export function checkIds(report: Report): void {
  const { declarations } = report.model;
  for (const declared of declarations.Sources) {
    checkPresence(report, declared);
    checkFileName(report, declared);
    checkReserved(report, declared, isBuiltInSource);
  }
  for (const declared of declarations.Sinks) {
    checkPresence(report, declared);
    checkQueueName(report, declared);
    checkReserved(report, declared, isBuiltInSink);
  }
  for (const declared of declarations.Credentials) {
    checkCredentialId(report, declared);
  }
  checkDuplicates(report, "Sources", "duplicate-source-id", (id) =>
    l10n.t("Another source has the Id {0} too: only the last one starts, and both share one bookmark.", id),
  );
  checkDuplicates(report, "Sinks", "duplicate-sink-id", (id) =>
    l10n.t("Another sink has the Id {0} too: only the last one receives records.", id),
  );
  checkDuplicates(report, "Credentials", "duplicate-credential-id", (id) =>
    l10n.t("Another credential has the Id {0} too: the agent silently skips this one.", id),
  );
}

function checkPresence(report: Report, declared: Declaration): void {
  if (declared.id !== undefined && declared.id.trim() !== "") {
    return;
  }
  if (declared.idNode !== undefined && declared.idNode.scalar === undefined) {
    return;
  }
  const isSource = declared.section === "Sources";
  const message = isSource
    ? l10n.t("The source has no Id: it does not load, or no pipe can name it.")
    : l10n.t("The sink has no Id: it does not load and receives nothing.");
  const span = declared.idNode?.span ?? { start: declared.node.start, end: declared.node.start + 1 };
  report.add("missing-id", span, message, { fixes: [idFix(report, declared)] });
}

function idFix(report: Report, declared: Declaration): Fix {
  const id = freeId(report, declared.section, declared.node.member("LogName")?.scalar ?? declared.type ?? declared.section.slice(0, -1));
  const edit = declared.idNode === undefined ? insertMember(declared.node, "Id", JSON.stringify(id)) : setString(declared.idNode, id);
  return fix(l10n.t("Set the Id {0}", id), [edit], { preferred: true });
}

const takenIds = new WeakMap<readonly Declaration[], ReadonlySet<string>>();

function takenIn(declarations: readonly Declaration[]): ReadonlySet<string> {
  let taken = takenIds.get(declarations);
  if (taken === undefined) {
    taken = new Set(declarations.map((declared) => (declared.id ?? "").toLowerCase()));
    takenIds.set(declarations, taken);
  }
  return taken;
}

/** An id like the wanted one that no declaration of the section has. */
export function freeId(report: Report, section: SectionName, wanted: string, more: readonly string[] = []): string {
  const taken = takenIn(report.model.declarations[section]);
  const base = wanted.replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "") || "Id";
  let id = base;
  for (let number = 2; taken.has(id.toLowerCase()) || more.includes(id); number++) {
    id = `${base}${number}`;
  }
  return id;
}

function checkCredentialId(report: Report, declared: Declaration): void {
  if (declared.node.property("Id") === undefined) {
    const message = l10n.t("The credential has no Id: the whole configuration fails to start.");
    const span = { start: declared.node.start, end: declared.node.start + 1 };
    report.add("credential-missing-id", span, message, { fixes: [idFix(report, declared)] });
  }
}

function checkDuplicates(report: Report, section: SectionName, code: AgentRule, message: (id: string) => string): void {
  const first = new Map<string, Declaration>();
  for (const declared of report.model.declarations[section]) {
    const { id, idNode } = declared;
    if (id === undefined || idNode === undefined || id.trim() === "") {
      continue;
    }
    const earlier = first.get(id);
    if (earlier === undefined) {
      first.set(id, declared);
    } else {
      report.add(code, idNode.contentSpan, message(id), {
        fixes: duplicateFixes(report, declared, idNode, id),
        related: [{ span: earlier.idNode?.contentSpan ?? earlier.node.span, message: l10n.t("The other one is here.") }],
      });
    }
  }
}

/** Pipes mean the last one of an Id: it is renamed alone, or with them. */
function duplicateFixes(report: Report, declared: Declaration, idNode: JsonNode, id: string): Fix[] {
  const { model } = report;
  const alone = fix(l10n.t("Rename this one"), [setString(idNode, freeId(report, declared.section, id))]);
  const connected = model.connectionsOfSource.has(declared) || model.connectionsOfSink.has(declared);
  return connected ? [alone, { ...renameFix(report, declared, id), preferred: false }] : [alone];
}

function checkReserved(report: Report, declared: Declaration, isBuiltIn: (id: string) => boolean): void {
  if (declared.id !== undefined && declared.idNode !== undefined && isBuiltIn(declared.id)) {
    const message = l10n.t("The agent has an object of the Id {0} itself, which this one replaces.", declared.id);
    report.add("reserved-id", declared.idNode.contentSpan, message, { fixes: [renameFix(report, declared, `My${declared.id}`)] });
  }
}

function checkFileName(report: Report, declared: Declaration): void {
  if (declared.idNode !== undefined && declared.id !== undefined && hasIllegal(declared.id)) {
    const message = l10n.t(
      "The Id is also the name of the bookmark file, where these characters are not allowed: positions are never saved.",
    );
    report.add("id-not-filename-safe", declared.idNode.contentSpan, message, { fixes: [safeNameFix(report, declared)] });
  }
}

function checkQueueName(report: Report, declared: Declaration): void {
  const { node, id, idNode } = declared;
  const isFileQueue = node.member("QueueType")?.scalar?.trim().toLowerCase() === "file" && node.property("QueuePath") === undefined;
  if (isFileQueue && idNode !== undefined && id !== undefined && hasIllegal(id)) {
    const message = l10n.t("The Id is also the folder of the file queue, where these characters are not allowed: the sink does not load.");
    report.add("id-not-filename-safe", idNode.contentSpan, message, { severity: "error", fixes: [safeNameFix(report, declared)] });
  }
}

function hasIllegal(id: string): boolean {
  illegalInFileName.lastIndex = 0;
  return illegalInFileName.test(id);
}

function safeNameFix(report: Report, declared: Declaration): Fix {
  return renameFix(report, declared, (declared.id ?? "").replace(illegalInFileName, "-"));
}

/** Renames a declaration and every reference to it. */
export function renameFix(report: Report, declared: Declaration, wanted: string): Fix {
  const id = freeId(report, declared.section, wanted);
  const isSource = declared.section === "Sources";
  const { model } = report;
  const connections = (isSource ? model.connectionsOfSource : model.connectionsOfSink).get(declared) ?? [];
  const edits: TextEdit[] = declared.idNode === undefined ? [] : [setString(declared.idNode, id)];
  for (const connection of connections) {
    const reference = connection.pipe.node.member(isSource ? "SourceRef" : "SinkRef");
    if (reference !== undefined) {
      edits.push(setString(reference, id));
    }
  }
  return fix(l10n.t("Rename to {0} everywhere", id), edits, { preferred: true });
}

/** Whether a source moves its bookmark only after delivery. */
export function bookmarksOnDelivery(declared: Declaration): boolean {
  return isTrue(declared.node.member("BookmarkOnBufferFlush"));
}
