import type { AgentModel, Declaration } from "../agentModel";
import { rootShape, sectionNames } from "../agentSchema";
import type { JsonNode, JsonProperty } from "../jsonNode";
import type { KeyRow, Shape } from "../schema";
import { rowOfLower } from "../schema";

/** A member of the file with what the schema says about it. */
export interface Member {
  readonly object: JsonNode;
  readonly property: JsonProperty;
  /** Undefined for a key that the schema does not know there. */
  readonly row: KeyRow | undefined;
  readonly declaration: Declaration | undefined;
}

export interface Visitor {
  object?(node: JsonNode, shape: Shape, declaration: Declaration | undefined): void;
  member?(member: Member): void;
}

/** Visits every object whose shape is known, outermost first, with its members. */
export function walkMembers(model: AgentModel, visitor: Visitor): void {
  const { root } = model;
  if (root?.kind !== "object") {
    return;
  }
  visitor.object?.(root, rootShape, undefined);
  for (const property of root.properties) {
    const row = rowOfLower(rootShape, property.lower);
    visitor.member?.({ object: root, property, row, declaration: undefined });
    if (row?.shape !== undefined && property.value?.kind === "object") {
      walkObject(property.value, row.shape, undefined, visitor);
    }
  }
  for (const section of sectionNames) {
    for (const declaration of model.declarations[section]) {
      walkObject(declaration.node, declaration.shape, declaration, visitor);
    }
  }
}

function walkObject(node: JsonNode, shape: Shape | undefined, declaration: Declaration | undefined, visitor: Visitor): void {
  if (shape !== undefined) {
    visitor.object?.(node, shape, declaration);
  }
  for (const property of node.properties) {
    const row = shape === undefined ? undefined : rowOfLower(shape, property.lower);
    visitor.member?.({ object: node, property, row, declaration });
    if (row?.shape !== undefined && property.value !== undefined) {
      walkValue(property.value, row.shape, declaration, visitor);
    }
  }
}

function walkValue(value: JsonNode, shape: Shape, declaration: Declaration | undefined, visitor: Visitor): void {
  if (value.kind === "object") {
    walkObject(value, shape, declaration, visitor);
  }
  for (const item of value.items) {
    if (item.kind === "object") {
      walkObject(item, shape, declaration, visitor);
    }
  }
}

/** Every object of the tree, known or not. */
export function* everyObject(root: JsonNode | undefined): Generator<JsonNode> {
  const open: JsonNode[] = root === undefined ? [] : [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === "object") {
      yield node;
      for (const property of node.properties) {
        if (property.value !== undefined && (property.value.kind === "object" || property.value.kind === "array")) {
          open.push(property.value);
        }
      }
    } else {
      for (const item of node.items) {
        if (item.kind === "object" || item.kind === "array") {
          open.push(item);
        }
      }
    }
  }
}
