import { EngineError, illegalArgument } from "./errors";
import { atLeast, type Flavor } from "./flavor";
import { isObject, scalarText, type Json } from "./json";

/** Index settings as the engines keep them: flat names with the prefix "index.", values as text (or lists of text). */
export type Settings = Record<string, unknown>;

const known = new Set([
  "number_of_shards",
  "number_of_replicas",
  "refresh_interval",
  "max_result_window",
  "max_inner_result_window",
  "max_terms_count",
  "max_docvalue_fields_search",
  "auto_expand_replicas",
  "codec",
  "default_pipeline",
  "final_pipeline",
  "gc_deletes",
  "hidden",
  "priority",
  "number_of_routing_shards",
  "provided_name",
  "creation_date",
  "uuid",
]);
const knownGroups = [
  "analysis.",
  "blocks.",
  "mapping.",
  "merge.",
  "query.",
  "routing.",
  "search.",
  "translog.",
  "unassigned.",
  "version.",
  "soft_deletes.",
  "sort.",
  "highlight.",
  "write.",
  "lifecycle.",
  "opendistro.",
  "plugins.",
  "replication.",
  "knn",
];
const fixed = [
  "index.number_of_shards",
  "index.number_of_routing_shards",
  "index.codec",
  "index.uuid",
  "index.creation_date",
  "index.version.created",
];

/** Flat settings out of a request: nested or dotted, with or without "index.". */
export function parseSettings(given: unknown, flavor: Flavor): Settings {
  const flat: Settings = {};
  const walk = (value: unknown, prefix: string): void => {
    if (isObject(value)) {
      for (const [key, entry] of Object.entries(value)) {
        walk(entry, prefix === "" ? key : `${prefix}.${key}`);
      }
    } else {
      const name = prefix.startsWith("index.") ? prefix : `index.${prefix}`;
      flat[name] = value === null ? null : Array.isArray(value) ? value.map(scalarText) : scalarText(value);
    }
  };
  walk(given ?? {}, "");
  for (const name of Object.keys(flat)) {
    const short = name.slice("index.".length);
    if (!known.has(short) && !knownGroups.some((group) => short.startsWith(group))) {
      throw new EngineError(
        flavor.opensearch && flavor.major >= 3 ? "settings_exception" : "illegal_argument_exception",
        `unknown setting [${name}] please check that any required plugins are installed, or check the breaking changes documentation for removed settings`,
      );
    }
  }
  checkNumber(flat, "index.number_of_shards", 1, 1024);
  checkNumber(flat, "index.number_of_replicas", 0, Number.MAX_SAFE_INTEGER);
  checkInterval(flat, flavor);
  return flat;
}

function checkNumber(flat: Settings, name: string, min: number, max: number): void {
  const value = flat[name];
  if (value === undefined || value === null) {
    return;
  }
  if (!/^-?\d+$/.test(scalarText(value))) {
    throw illegalArgument(`Failed to parse value [${scalarText(value)}] for setting [${name}]`);
  }
  if (Number(value) < min) {
    throw illegalArgument(`Failed to parse value [${scalarText(value)}] for setting [${name}] must be >= ${min}`);
  }
  if (Number(value) > max) {
    throw illegalArgument(`Failed to parse value [${scalarText(value)}] for setting [${name}] must be <= ${max}`);
  }
}

function checkInterval(flat: Settings, flavor: Flavor): void {
  const value = flat["index.refresh_interval"];
  if (typeof value === "string" && !/^(-1|0|-1ms|\d+(\.\d+)?(nanos|micros|ms|s|m|h|d))$/.test(value)) {
    throw illegalArgument(
      atLeast(flavor, 7, 2)
        ? `failed to parse setting [index.refresh_interval] with value [${value}] as a time value: unit is missing or unrecognized`
        : `failed to parse setting [index.refresh_interval] with value [${value}] as a time value: unit is missing or unrecognized`,
    );
  }
}

/** Refuses settings that only an index's creation may choose. */
export function checkUpdatable(update: Settings, index: { readonly name: string; readonly uuid: string }): void {
  const refused = Object.keys(update).filter((name) => fixed.includes(name));
  if (refused.length > 0) {
    throw illegalArgument(
      refused.length === 1 && refused[0] === "index.number_of_shards"
        ? `Can't update non dynamic settings [[${refused.join(", ")}]] for open indices [[${index.name}/${index.uuid}]]`
        : `Can't update non dynamic settings [[${refused.join(", ")}]] for open indices [[${index.name}/${index.uuid}]]`,
    );
  }
}

/** The nested form of `_settings`. */
export function nestSettings(flat: Settings): Json {
  const nested: Json = {};
  for (const [name, value] of Object.entries(flat).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = name.split(".");
    let node = nested;
    for (const part of parts.slice(0, -1)) {
      const next = node[part];
      if (isObject(next)) {
        node = next;
      } else {
        const made: Json = {};
        node[part] = made;
        node = made;
      }
    }
    node[parts.at(-1) ?? name] = value;
  }
  return nested;
}
