import type { TextEdit, TextSpan } from "../text/span";
import { agentModel, type AgentModel } from "./agentModel";
import { nodeAt, propertyOf } from "./document";
import type { ConfigDocument, JsonNode } from "./jsonNode";
import { encodeString } from "./jsonText";
import { rowOfMember, shapeOfObject } from "./shapes";
import type { Reference } from "./schema";

/** An Id: what it names, and every place where it stands. */
export interface Named {
  readonly of: Reference;
  readonly id: string;
  readonly declarations: readonly JsonNode[];
  readonly uses: readonly JsonNode[];
}

/** The Id under the offset, whether it is declared there or used. */
export function namedAt(document: ConfigDocument, offset: number): (Named & { readonly node: JsonNode }) | undefined {
  const node = nodeAt(document, offset);
  const property = node === undefined ? undefined : propertyOf(node);
  if (node?.kind !== "string" || property?.value !== node || node.parent === undefined) {
    return undefined;
  }
  const kind = rowOfMember("agent", node)?.row?.refersTo ?? declaredKind(node);
  const id = node.scalar;
  return kind === undefined || id === undefined || id === "" ? undefined : { ...placesOf(document, kind, id), node };
}

function declaredKind(node: JsonNode): Reference | undefined {
  const property = propertyOf(node);
  const section = property?.lower === "id" && node.parent !== undefined ? shapeOfObject("agent", node.parent)?.section : undefined;
  switch (section) {
    case "Sources":
      return "source";
    case "Sinks":
      return "sink";
    case "Credentials":
      return "credential";
    default:
      return undefined;
  }
}

function placesOf(document: ConfigDocument, of: Reference, id: string): Named {
  const model = agentModel(document);
  const section = ({ source: "Sources", sink: "Sinks", credential: "Credentials" } as const)[of];
  const declarations = model.declarations[section].flatMap((one) => (one.id === id && one.idNode !== undefined ? [one.idNode] : []));
  return { of, id, declarations, uses: usesOf(model, of).filter((node) => node.scalar === id) };
}

/** Every value that refers to something of the kind. */
function usesOf(model: AgentModel, of: Reference): JsonNode[] {
  const member = (nodes: readonly JsonNode[], key: string): JsonNode[] => nodes.flatMap((node) => node.member(key) ?? []);
  const pipes = model.declarations.Pipes.map((one) => one.node);
  switch (of) {
    case "source":
      return member(pipes, "SourceRef");
    case "sink":
      return [
        ...member(pipes, "SinkRef"),
        ...(model.root?.member("Telemetrics")?.member("RedirectToSinkId") === undefined
          ? []
          : member([model.root.member("Telemetrics") ?? model.root], "RedirectToSinkId")),
      ];
    case "credential":
      return member(
        [...model.declarations.Sinks, ...model.declarations.Plugins].map((one) => one.node),
        "CredentialRef",
      );
  }
}

/** The edits that give an Id another name everywhere; undefined where there is no Id. */
export function renameAt(document: ConfigDocument, offset: number, name: string): readonly TextEdit[] | undefined {
  const named = namedAt(document, offset);
  return named === undefined
    ? undefined
    : [...named.declarations, ...named.uses].map((node) => ({ span: contentOf(node), text: encodeString(name) }));
}

/** Between the quotes, also when there is nothing. */
export function contentOf(node: JsonNode): TextSpan {
  return { start: node.contentStart, end: node.contentEnd };
}
