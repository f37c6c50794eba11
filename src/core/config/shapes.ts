import * as l10n from "@vscode/l10n";
import type { SectionName } from "./agentSchema";
import { pipeShape, rootShape, sectionOf, shapeOf, typeKeyOf, typesOf } from "./agentSchema";
import type { JsonNode } from "./jsonNode";
import { propertyOf } from "./document";
import { rowOf, type KeyRow, type Shape } from "./schema";
import { sessionKeys, type SessionKey, type SessionLevel } from "./sessionSchema";

export type JsonKind = "agent" | "session";

/** What an object of a document may hold. */
export interface ObjectShape {
  readonly shape: Shape;
  /** The section whose declaration the object is. */
  readonly section: SectionName | undefined;
}

/** Undefined for objects that the schema does not know. */
export function shapeOfObject(kind: JsonKind, node: JsonNode): ObjectShape | undefined {
  const parents = chainOf(node);
  return kind === "session" ? sessionShapeOf(parents) : agentShapeOf(parents);
}

/** From the root down to the node. */
function chainOf(node: JsonNode): JsonNode[] {
  const chain: JsonNode[] = [];
  for (let at: JsonNode | undefined = node; at !== undefined; at = at.parent) {
    chain.unshift(at);
  }
  return chain;
}

function agentShapeOf(chain: readonly JsonNode[]): ObjectShape | undefined {
  let current: ObjectShape | undefined = { shape: rootShape, section: undefined };
  let row: KeyRow | undefined;
  let section: SectionName | undefined;
  for (const node of chain.slice(1)) {
    const property = node.parent?.kind === "object" ? propertyOf(node) : undefined;
    if (property !== undefined && section !== undefined && node.kind === "object" && current === undefined) {
      current = declarationShape(section, node);
    } else if (property !== undefined && current !== undefined) {
      section = current.shape === rootShape ? sectionOf(property.name) : undefined;
      row = rowOf(current.shape, property.name);
      current =
        section !== undefined ? unwrapped(section, node) : row?.shape === undefined ? undefined : { shape: row.shape, section: undefined };
    } else if (property === undefined && section !== undefined && current === undefined) {
      current = declarationShape(section, node);
    }
  }
  return current;
}

/** A section that is one declaration instead of a list of them. */
function unwrapped(section: SectionName, node: JsonNode): ObjectShape | undefined {
  return node.kind === "object" && node.properties.some((property) => property.value?.kind !== "object")
    ? declarationShape(section, node)
    : undefined;
}

function declarationShape(section: SectionName, node: JsonNode): ObjectShape {
  return { shape: shapeOf(section, node.member(typeKeyOf(section))?.scalar) ?? untypedShape(section), section };
}

const untyped = new Map<SectionName, Shape>();

/** A declaration whose type is not chosen yet. */
function untypedShape(section: SectionName): Shape {
  let shape = untyped.get(section);
  if (shape === undefined) {
    const typeKey = typeKeyOf(section);
    const typed = shapeOf(section, typesOf(section)[0]) ?? pipeShape;
    shape = {
      name: section,
      help: () => l10n.t("Choose the type first."),
      keys: typed.keys.filter((row) => row.key === "Id" || row.key === typeKey),
    };
    untyped.set(section, shape);
  }
  return shape;
}

function sessionShapeOf(chain: readonly JsonNode[]): ObjectShape | undefined {
  const level = (["root", undefined, "event", undefined, "entry"] as const)[
    chain.length === 1 ? 0 : chain.length === 2 ? 2 : chain.length === 4 ? 4 : 1
  ];
  const node = chain.at(-1);
  if (level === undefined || node === undefined) {
    return undefined;
  }
  const event = chain[1];
  const known = event === undefined || sessionKeys.root.some((key) => key.name.toLowerCase() === propertyOf(event)?.lower);
  return known ? { shape: sessionShape(level, usesPascalCase(chain[0])), section: undefined } : undefined;
}

function usesPascalCase(root: JsonNode | undefined): boolean {
  return (
    root?.properties.some((event) =>
      event.value?.properties.some((property) => property.name === "Executables" || property.name === "WaitingTime"),
    ) === true
  );
}

const sessionShapes = new Map<string, Shape>();

export function sessionShape(level: SessionLevel, pascal: boolean): Shape {
  const id = `${level}${String(pascal)}`;
  let shape = sessionShapes.get(id);
  if (shape === undefined) {
    shape = {
      name: level,
      help: () => l10n.t("Session scripts of AppStream."),
      keys: sessionKeys[level].map((key) => rowOfSessionKey(key, pascal)),
    };
    sessionShapes.set(id, shape);
  }
  return shape;
}

function rowOfSessionKey(key: SessionKey, pascal: boolean): KeyRow {
  return {
    key: pascal ? key.pascal : key.name,
    kind: key.value,
    help: key.help,
    required: key.required,
    snippet: key.snippet,
    ...(key.default === undefined ? {} : { default: key.default }),
    ...(key.values === undefined ? {} : { values: key.values }),
    ...(key.name === "waitingTime" ? { minimum: 1, maximum: 60, unit: "s" } : {}),
    ...(key.name === "filename" ? { grammar: "path" as const } : {}),
  };
}

/** The row of the member that a key or value belongs to, and the object it stands in. */
export function rowOfMember(
  kind: JsonKind,
  node: JsonNode,
): { readonly row: KeyRow | undefined; readonly owner: ObjectShape; readonly object: JsonNode } | undefined {
  const item = node.parent?.kind === "array" ? node.parent : node;
  const object = item.parent;
  const property = object?.kind === "object" ? propertyOf(item) : undefined;
  if (object === undefined || property === undefined) {
    return undefined;
  }
  const owner = shapeOfObject(kind, object);
  return owner === undefined ? undefined : { row: rowOf(owner.shape, property.name), owner, object };
}
