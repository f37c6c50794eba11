import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit } from "../../text/span";
import type { JsonNode } from "../jsonNode";
import type { SessionEntry, SessionEvent, SessionModel } from "../sessionModel";
import { insertMember, removeMember, setRaw } from "./fixes";
import { headOf, preferred } from "./sessionParts";
import type { SessionContext, SessionFinding, SessionRule } from "./sessionRule";
import { mergeFix } from "./sessionWrapper";

const emptyEntry = '[{ "context": "system", "filename": "", "arguments": "", "s3LogEnabled": true }]';

function wrapInArray(node: JsonNode): TextEdit[] {
  return [
    { span: { start: node.start, end: node.start }, text: "[" },
    { span: { start: node.end, end: node.end }, text: "]" },
  ];
}

function executablesMissing(model: SessionModel): SessionFinding[] {
  return model.events.flatMap((event) => {
    const value = event.executables?.value;
    if (value?.kind === "array" || event.executables?.value?.kind === "bad") {
      return [];
    }
    if (event.executables === undefined) {
      return [
        {
          span: event.property.key.span,
          message: l10n.t("{0} needs an array executables: without it nothing can run.", event.name),
          fixes: preferred(l10n.t("Insert executables"), [insertMember(event.node, "executables", emptyEntry)]),
        },
      ];
    }
    const fixes =
      value?.kind === "object"
        ? preferred(l10n.t("Put it into an array"), wrapInArray(value))
        : value === undefined
          ? []
          : preferred(l10n.t("Replace by an array"), [setRaw(value, "[]")], false);
    return [{ span: (value ?? event.executables.key).span, message: l10n.t("executables must be an array of objects."), fixes }];
  });
}

function tooManyEntries(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.events.flatMap((event) => {
    const third = event.executables?.value?.items[2];
    return third === undefined
      ? []
      : [
          {
            span: headOf(third),
            message: l10n.t("At most two entries are allowed, one for each context. Call further scripts from a script of your own."),
            fixes: allMerged(event, model, context),
          },
        ];
  });
}

/** Nothing when an entry of no known context would be left over. */
function allMerged(event: SessionEvent, model: SessionModel, context: SessionContext): Fix[] {
  const contexts = [...new Set(event.entries.flatMap((entry) => entry.context ?? []))];
  const known = event.entries.every((entry) => entry.context !== undefined);
  return known && event.executables?.value?.items.length === event.entries.length ? mergeFix(event, contexts, model, context) : [];
}

function sameContext(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.events.flatMap((event) => {
    const seen = new Map<string, SessionEntry>();
    return event.entries.flatMap((entry) => {
      const node = entry.node.member("context");
      if (entry.context === undefined || node === undefined) {
        return [];
      }
      const first = seen.get(entry.context);
      if (first === undefined) {
        seen.set(entry.context, entry);
        return [];
      }
      return [
        {
          span: node.span,
          message: l10n.t("A second entry for the context {0}: only one is allowed. Merge both into one script.", entry.context),
          fixes: mergeFix(event, [entry.context], model, context),
          related: [{ span: (first.node.member("context") ?? first.node).span, message: l10n.t("First entry for this context") }],
        },
      ];
    });
  });
}

function emptyExecutables(model: SessionModel): SessionFinding[] {
  const root = model.document.root;
  return model.events.flatMap((event) => {
    const node = event.executables?.value;
    return node?.kind !== "array" || node.items.length > 0
      ? []
      : [
          {
            span: node.span,
            message: l10n.t("An empty array: the event has no effect."),
            fixes: root === undefined ? [] : preferred(l10n.t("Remove {0}", event.name), [removeMember(root, event.property)], false),
          },
        ];
  });
}

/** What an event runs: at most one entry for each context. */
export const sessionEntryRules: readonly SessionRule[] = [
  { code: "SSC008", severity: "error", check: executablesMissing },
  { code: "SSC009", severity: "error", check: tooManyEntries },
  { code: "SSC010", severity: "error", check: sameContext },
  { code: "SSC043", severity: "information", check: emptyExecutables },
];
