import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { JsonNode, JsonProperty } from "../jsonNode";
import { fix, insertItem, removeMember } from "./fixes";
import { everyObject } from "./members";
import type { Report } from "./report";

/** Below this many members comparing each with each is quicker than an index. */
const few = 12;

export function checkDuplicateKeys(report: Report): void {
  for (const object of everyObject(report.model.root)) {
    if (object.properties.length < 2) {
      continue;
    }
    for (const [first, second] of duplicates(object.properties)) {
      reportPair(report, object, first, second);
    }
  }
}

function duplicates(properties: readonly JsonProperty[]): Pairs {
  return properties.length <= few ? comparedPairs(properties) : indexedPairs(properties);
}

type Pairs = readonly (readonly [JsonProperty, JsonProperty])[];

const none: Pairs = [];

function comparedPairs(properties: readonly JsonProperty[]): Pairs {
  let pairs = none;
  for (let later = 1; later < properties.length; later++) {
    const second = properties[later];
    for (let earlier = 0; earlier < later; earlier++) {
      const first = properties[earlier];
      if (first !== undefined && second !== undefined && first.lower === second.lower) {
        pairs = [...pairs, [first, second]];
        break;
      }
    }
  }
  return pairs;
}

function indexedPairs(properties: readonly JsonProperty[]): Pairs {
  const seen = new Map<string, JsonProperty>();
  const pairs: [JsonProperty, JsonProperty][] = [];
  for (const property of properties) {
    const first = seen.get(property.lower);
    if (first === undefined) {
      seen.set(property.lower, property);
    } else {
      pairs.push([first, property]);
    }
  }
  return pairs;
}

function reportPair(report: Report, object: JsonNode, first: JsonProperty, second: JsonProperty): void {
  const rejected = clashes(first.value, second.value);
  const message = rejected
    ? l10n.t("{0} is already set in this object, ignoring case. The agent rejects the whole file and collects nothing.", second.name)
    : l10n.t("{0} stands twice in this object, ignoring case. The agent mixes the two silently.", second.name);
  report.add("json-duplicate-key", second.key.span, message, {
    severity: rejected ? "error" : "warning",
    fixes: pairFixes(object, first, second),
    related: [{ span: first.key.span, message: l10n.t("The first one is here.") }],
  });
}

function pairFixes(object: JsonNode, first: JsonProperty, second: JsonProperty): Fix[] {
  const same = first.value?.kind === second.value?.kind && text(first.value) === text(second.value);
  const fixes = [
    fix(l10n.t("Remove this {0}", second.name), [removeMember(object, second)], { safe: same, preferred: same }),
    fix(l10n.t("Remove the first {0}", first.name), [removeMember(object, first)]),
  ];
  if (first.value?.kind === "array" && second.value?.kind === "array" && second.value.items.length > 0) {
    const moved = second.value.text.slice(second.value.items[0]?.start, second.value.items.at(-1)?.end);
    fixes.unshift(fix(l10n.t("Merge into the first {0}", first.name), [insertItem(first.value, moved), removeMember(object, second)]));
  }
  return fixes;
}

function text(node: JsonNode | undefined): string | undefined {
  return node === undefined ? undefined : node.text.slice(node.start, node.end);
}

/** Whether two values of one path end up as two scalars at some path, which is what the agent's reader refuses. */
function clashes(a: JsonNode | undefined, b: JsonNode | undefined): boolean {
  if (a === undefined || b === undefined) {
    return false;
  }
  const [first, second] = [children(a), children(b)];
  if (first === undefined || second === undefined) {
    return first === undefined && second === undefined;
  }
  return [...first].some(([key, value]) => second.has(key) && clashes(value, second.get(key)));
}

/** Members or items by the path segment the agent gives them; undefined for a scalar and for what is flattened like one. */
function children(node: JsonNode): Map<string, JsonNode | undefined> | undefined {
  if (node.kind === "object" && node.properties.length > 0) {
    return new Map(node.properties.map((property) => [property.lower, property.value]));
  }
  if (node.kind === "array" && node.items.length > 0) {
    return new Map(node.items.map((item, index) => [String(index), item]));
  }
  return undefined;
}
