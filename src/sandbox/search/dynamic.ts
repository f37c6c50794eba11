import { dateStyle, parseDate } from "./dates";
import { isObject, textOr, type Json } from "./json";
import type { Mapping } from "./mapping";

type Value = string | number | boolean;

/** The mapping that a new field gets from its first value; undefined where a template says to ignore it. */
export function dynamicDefinition(path: string, value: Value, text: string, mapping: Mapping): Json | undefined {
  const { kind, definition } = detect(path, value, text, mapping);
  const name = path.slice(path.lastIndexOf(".") + 1);
  const template = mapping.dynamicTemplates.find((entry) => matches(entry, path, name, kind));
  if (template === undefined) {
    return definition;
  }
  const chosen = isObject(template["mapping"]) ? template["mapping"] : {};
  const filled = JSON.parse(JSON.stringify(chosen).replaceAll("{name}", name).replaceAll("{dynamic_type}", kind)) as Json;
  return filled["type"] === undefined ? { type: kind === "string" ? "text" : kind, ...filled } : filled;
}

function detect(path: string, value: Value, text: string, mapping: Mapping): { kind: string; definition: Json } {
  if (typeof value === "boolean") {
    return { kind: "boolean", definition: { type: "boolean" } };
  }
  if (typeof value === "number") {
    return isWhole(path, value, text) ? { kind: "long", definition: { type: "long" } } : { kind: "double", definition: { type: "float" } };
  }
  const pureNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(value);
  if (pureNumber && mapping.numericDetection) {
    return /^[+-]?\d+$/.test(value) ? { kind: "long", definition: { type: "long" } } : { kind: "double", definition: { type: "float" } };
  }
  if (!pureNumber && mapping.dateDetection) {
    const format = mapping.dynamicDateFormats.find((candidate) => parseDate(value, candidate, dateStyle(mapping.flavor)) !== undefined);
    if (format !== undefined) {
      return { kind: "date", definition: dateDefinition(format, mapping) };
    }
  }
  return { kind: "string", definition: { type: "text", fields: { keyword: { type: "keyword", ignore_above: 256 } } } };
}

function dateDefinition(format: string, mapping: Mapping): Json {
  if (format === "strict_date_optional_time") {
    return { type: "date" };
  }
  return mapping.flavor.opensearch ? { type: "date", format, print_format: format.split("||")[0] } : { type: "date", format };
}

/** JSON.parse cannot tell 1 from 1.0: the text of a new field is looked at, once. */
function isWhole(path: string, value: number, text: string): boolean {
  if (!Number.isInteger(value)) {
    return false;
  }
  const key = JSON.stringify(path.slice(path.lastIndexOf(".") + 1)).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const written = new RegExp(`${key}\\s*:\\s*\\[?\\s*(-?[0-9.eE+-]+)`).exec(text)?.[1];
  return written === undefined || /^-?\d+$/.test(written);
}

function matches(template: Json, path: string, name: string, kind: string): boolean {
  const wanted = template["match_mapping_type"];
  return (
    (wanted === undefined || wanted === "*" || wanted === kind) &&
    wildcardMatch(template["match"], name, true) &&
    wildcardMatch(template["path_match"], path, true) &&
    !wildcardMatch(template["unmatch"], name, false) &&
    !wildcardMatch(template["path_unmatch"], path, false)
  );
}

function wildcardMatch(pattern: unknown, text: string, absent: boolean): boolean {
  return pattern === undefined ? absent : simpleMatch(textOr(pattern, ""), text);
}

/** The engines' simple pattern: `*` stands for anything. */
export function simpleMatch(pattern: string, text: string): boolean {
  return pattern.includes("*")
    ? new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`, "s").test(text)
    : pattern === text;
}
