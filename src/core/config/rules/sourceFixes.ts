import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit } from "../../text/span";
import type { Connection, Declaration } from "../agentModel";
import { fix, insertItem, setString } from "./fixes";
import { freeId } from "./idRules";
import type { Report } from "./report";

/** A copy of the source for the pipes of every group but the first. */
export function splitFix(report: Report, source: Declaration, groups: readonly (readonly Connection[])[]): Fix[] {
  const section = report.model.root?.member("Sources");
  const { idNode } = source;
  const [, ...others] = groups;
  const { start, end } = source.node;
  const isBroken = report.model.document.syntaxProblems.some(({ span }) => start <= span.start && span.start < end);
  if (section?.kind !== "array" || idNode === undefined || others.length === 0 || isBroken) {
    return [];
  }
  const { text } = idNode;
  const edits: TextEdit[] = [];
  const taken: string[] = [];
  for (const connections of others) {
    const id = freeId(report, "Sources", source.id ?? "", taken);
    taken.push(id);
    edits.push(insertItem(section, text.slice(start, idNode.start) + JSON.stringify(id) + text.slice(idNode.end, end)));
    for (const { pipe } of connections) {
      const reference = pipe.node.member("SourceRef");
      edits.push(...(reference === undefined ? [] : [setString(reference, id)]));
    }
  }
  const names = others.map((connections) => connections[0]?.sinkRef ?? "").join(", ");
  return [
    fix(
      others.length === 1 ? l10n.t("Give {0} a source of its own", names) : l10n.t("Give each sink a source of its own: {0}", names),
      edits,
    ),
  ];
}
