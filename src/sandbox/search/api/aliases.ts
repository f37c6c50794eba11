import { simpleMatch } from "../dynamic";
import { EngineError, illegalArgument } from "../errors";
import { isObject, scalarText, type Json } from "../json";
import type { SearchIndex } from "../searchIndex";
import { chosen } from "./chosen";
import { acknowledged, jsonBody, type ApiReply, type ApiRequest } from "./router";

export function changeAliases(request: ApiRequest): ApiReply {
  const actions = jsonBody(request, true)["actions"];
  for (const action of Array.isArray(actions) ? actions : []) {
    const [kind = "", options] = isObject(action) ? (Object.entries(action)[0] ?? []) : [];
    if (!isObject(options)) {
      throw illegalArgument("malformed action in _aliases");
    }
    const names = toNames(options["index"] ?? options["indices"]);
    const indices = request.engine.resolve(names.join(","), { closed: "include" });
    for (const index of indices) {
      if (kind === "remove_index") {
        request.engine.delete(index);
      } else {
        applyAlias(index, kind, toNames(options["alias"] ?? options["aliases"]), options);
      }
    }
  }
  return acknowledged();
}

function toNames(given: unknown): readonly string[] {
  return Array.isArray(given) ? given.map(scalarText) : given === undefined ? [] : [scalarText(given)];
}

function applyAlias(index: SearchIndex, kind: string, names: readonly string[], options: Json): void {
  const aliases = { ...index.aliases };
  for (const name of names) {
    if (kind === "add") {
      aliases[name] = Object.fromEntries(
        Object.entries(options).filter(([key]) => ["filter", "is_write_index", "index_routing", "search_routing"].includes(key)),
      );
    } else if (kind === "remove") {
      Object.keys(aliases)
        .filter((key) => simpleMatch(name, key))
        .forEach((key) => delete aliases[key]);
    } else {
      throw illegalArgument(`[aliases] unknown field [${kind}]`);
    }
  }
  index.updateAliases(aliases);
}

export function getAliases(request: ApiRequest): ApiReply {
  const name = request.params["name"];
  const found = chosen(request).map((index) => {
    const aliases = Object.fromEntries(
      Object.entries(index.aliases).filter(([key]) => name === undefined || name.split(",").some((pattern) => simpleMatch(pattern, key))),
    );
    return [index.name, { aliases }] as const;
  });
  const kept = name === undefined ? found : found.filter(([, entry]) => Object.keys(entry.aliases).length > 0);
  if (name !== undefined && kept.length === 0 && !name.includes("*")) {
    return { status: 404, body: { error: `alias [${name}] missing`, status: 404 } };
  }
  return { status: 200, body: Object.fromEntries(kept) };
}

export function putAlias(request: ApiRequest): ApiReply {
  chosen(request).forEach((index) => applyAlias(index, "add", [request.params["name"] ?? ""], jsonBody(request)));
  return acknowledged();
}

export function deleteAlias(request: ApiRequest): ApiReply {
  const name = request.params["name"] ?? "";
  const having = chosen(request).filter((index) => Object.keys(index.aliases).some((key) => simpleMatch(name, key)));
  if (having.length === 0) {
    throw new EngineError("aliases_not_found_exception", `aliases [${name}] missing`, 404, {
      fields: { "resource.type": "aliases", "resource.id": name },
    });
  }
  having.forEach((index) => applyAlias(index, "remove", [name], {}));
  return acknowledged();
}
