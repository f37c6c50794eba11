import * as l10n from "@vscode/l10n";
import type { Node } from "jsonc-parser";
import type { Fix, Problem } from "../text/problem";
import type { TextSpan } from "../text/span";
import type { SchemaNode } from "./definitionSchema";

export const schemaCodes = {
  type: "APD002",
  unknownKey: "APD003",
  missingKey: "APD004",
  value: "APD005",
  duplicateKey: "APD006",
} as const;

/** Every place where a parsed file differs from its schema. */
export function checkSchema(node: Node, schema: SchemaNode): Problem[] {
  const problems: Problem[] = [];
  visit(node, schema, "", problems);
  return problems;
}

function visit(node: Node, schema: SchemaNode, key: string, problems: Problem[]): void {
  if (schema.type !== undefined && !hasType(node, schema.type)) {
    const message = l10n.t("{0} must be {1}.", label(key), typeWords(schema.type));
    problems.push(
      problem(
        node,
        schemaCodes.type,
        message,
        onlyValue(schema).map((value) => replaceWith(node, value)),
      ),
    );
    return;
  }
  switch (node.type) {
    case "object":
      visitObject(node, schema, problems);
      break;
    case "array":
      if (schema.maxItems !== undefined && (node.children?.length ?? 0) > schema.maxItems) {
        problems.push(problem(node, schemaCodes.value, l10n.t("{0} may have at most {1} entries.", label(key), schema.maxItems)));
      }
      for (const child of node.children ?? []) {
        if (schema.items !== undefined) {
          visit(child, schema.items, key, problems);
        }
      }
      break;
    default:
      checkValue(node, schema, key, problems);
  }
}

function visitObject(node: Node, schema: SchemaNode, problems: Problem[]): void {
  const seen = new Set<string>();
  for (const property of node.children ?? []) {
    const [keyNode, value] = property.children ?? [];
    if (keyNode === undefined) {
      continue;
    }
    const name = String(keyNode.value);
    if (seen.has(name)) {
      problems.push(
        problem(keyNode, schemaCodes.duplicateKey, l10n.t('"{0}" stands twice in one object; only the last one counts.', name)),
      );
    }
    seen.add(name);
    const child = schema.properties?.[name] ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined);
    if (child === undefined) {
      if (schema.additionalProperties === false) {
        problems.push(unknownKey(keyNode, name, Object.keys(schema.properties ?? {})));
      }
    } else if (value !== undefined) {
      visit(value, child, name, problems);
    }
  }
  for (const name of schema.required ?? []) {
    if (!seen.has(name)) {
      const fixes = onlyValue(schema.properties?.[name] ?? {}).map((value) => insertFirst(node, name, value));
      problems.push(problem(firstCharacter(node), schemaCodes.missingKey, l10n.t('"{0}" is missing.', name), fixes));
    }
  }
}

function checkValue(node: Node, schema: SchemaNode, key: string, problems: Problem[]): void {
  const value: unknown = node.value;
  const report = (message: string, fixes?: readonly Fix[]): void => {
    problems.push(problem(node, schemaCodes.value, message, fixes));
  };
  if (schema.enum !== undefined && !schema.enum.includes(value as string | number)) {
    const older = onlyValue(schema).find((one) => typeof one === "number" && typeof value === "number" && value < one);
    const near = older ?? schema.enum.find((one) => String(one).toLowerCase() === String(value).toLowerCase());
    report(
      l10n.t("{0} must be one of: {1}.", label(key), schema.enum.join(", ")),
      near === undefined ? undefined : [replaceWith(node, near)],
    );
  } else if (typeof value === "number") {
    if (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity)) {
      report(l10n.t("{0} must be between {1} and {2}.", label(key), schema.minimum ?? "", schema.maximum ?? ""));
    }
  } else if (typeof value === "string") {
    checkText(value, schema, key, report);
  }
}

function checkText(value: string, schema: SchemaNode, key: string, report: (message: string) => void): void {
  if (value.length > (schema.maxLength ?? Infinity)) {
    report(l10n.t("{0} may have at most {1} characters.", label(key), schema.maxLength ?? 0));
  } else if (value.length < (schema.minLength ?? 0)) {
    report(l10n.t("{0} must not be empty.", label(key)));
  } else if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
    report(l10n.t("{0} has a form that AWS does not accept. What it must be: {1}", label(key), schema.description ?? schema.pattern));
  }
}

function unknownKey(node: Node, name: string, known: readonly string[]): Problem {
  const nearest = nearestOf(name, known);
  const message =
    nearest === undefined
      ? l10n.t('"{0}" is no key of a pipeline definition here.', name)
      : l10n.t('"{0}" is no key of a pipeline definition here; did you mean "{1}"?', name, nearest);
  return problem(node, schemaCodes.unknownKey, message, nearest === undefined ? undefined : [replaceWith(node, nearest)]);
}

function replaceWith(node: Node, value: string | number): Fix {
  const text = JSON.stringify(value);
  return { title: l10n.t("Change to {0}", text), edits: [{ span: spanOf(node), text }], safe: false, preferred: true };
}

/** The one value that a key can have, such as the version of the format: files without it, or of an older one, are brought to it. */
function onlyValue(schema: SchemaNode): readonly (string | number)[] {
  return schema.enum?.length === 1 ? schema.enum : [];
}

function insertFirst(node: Node, name: string, value: string | number): Fix {
  const text = `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
  const after = node.offset + 1;
  const separator = (node.children?.length ?? 0) > 0 ? "," : "";
  return {
    title: l10n.t("Add {0}", text),
    edits: [{ span: { start: after, end: after }, text: ` ${text}${separator}` }],
    safe: false,
    preferred: true,
  };
}

/** The known spelling at most two edits away. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const scored = known.map((one) => ({ one, distance: editDistance(name.toLowerCase(), one.toLowerCase()) }));
  scored.sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best !== undefined && best.distance <= 2 ? best.one : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function hasType(node: Node, type: NonNullable<SchemaNode["type"]>): boolean {
  return type === "integer" ? node.type === "number" && Number.isInteger(node.value) : node.type === type;
}

function typeWords(type: NonNullable<SchemaNode["type"]>): string {
  switch (type) {
    case "object":
      return l10n.t("an object");
    case "array":
      return l10n.t("an array");
    case "string":
      return l10n.t("a text in double quotes");
    case "integer":
      return l10n.t("a whole number");
    case "boolean":
      return l10n.t("true or false");
  }
}

function label(key: string): string {
  return key === "" ? l10n.t("A pipeline definition") : `"${key}"`;
}

export function spanOf(node: Node): TextSpan {
  return { start: node.offset, end: node.offset + node.length };
}

function firstCharacter(node: Node): Node {
  return { ...node, length: Math.min(1, node.length) };
}

function problem(node: Node, code: string, message: string, fixes?: readonly Fix[]): Problem {
  return { span: spanOf(node), severity: "error", code, message, ...(fixes === undefined || fixes.length === 0 ? {} : { fixes }) };
}
