import { simpleMatch } from "../dynamic";
import { EngineError, illegalArgument } from "../errors";
import { atLeast } from "../flavor";
import { isObject, type Json } from "../json";
import { nestSettings, parseSettings } from "../settings";
import { patternsOf, type Template, type TemplateContent } from "../templates";
import { untyped } from "./indices";
import { acknowledged, flag, jsonBody, type ApiHandler, type ApiReply, type ApiRequest, type Route } from "./router";

export const templateRoutes: readonly Route[] = [
  ["GET", "/_template", getLegacy],
  ["GET", "/_template/{name}", getLegacy],
  ["HEAD", "/_template/{name}", getLegacy],
  ["PUT POST", "/_template/{name}", putLegacy],
  ["DELETE", "/_template/{name}", (request) => deleteTemplate(request, false)],
  ["GET", "/_index_template", composableOnly(getComposable)],
  ["GET HEAD", "/_index_template/{name}", composableOnly(getComposable)],
  ["PUT POST", "/_index_template/{name}", composableOnly(putComposable)],
  ["DELETE", "/_index_template/{name}", composableOnly((request) => deleteTemplate(request, true))],
];

/** Elasticsearch before 7.8 takes `_index_template` for an index name that it refuses. */
function composableOnly(handler: ApiHandler): ApiHandler {
  return (request) => {
    if (atLeast(request.engine.flavor, 7, 8)) {
      return handler(request);
    }
    const error = `Incorrect HTTP method for uri [/_index_template/${request.params["name"] ?? ""}] and method [${request.method}], allowed: [POST]`;
    return { status: 405, body: { error, status: 405 } };
  };
}

function matching(templates: Map<string, Template>, name: string | undefined): readonly (readonly [string, Template])[] {
  return [...templates].filter(([key]) => name === undefined || name.split(",").some((pattern) => simpleMatch(pattern, key)));
}

function getLegacy(request: ApiRequest): ApiReply {
  const name = request.params["name"];
  const found = matching(request.engine.templates(false), name);
  if (name !== undefined && found.length === 0 && !name.includes("*")) {
    return { status: 404, body: {} };
  }
  const shown = found.map(([key, template]) => [key, legacyJson(template, request)] as const);
  return { status: 200, body: Object.fromEntries(shown) };
}

function legacyJson(template: Template, request: ApiRequest): Json {
  const settings = parseSettings(template.settings, request.engine.flavor);
  return {
    order: template.order ?? 0,
    ...(template.version === undefined ? {} : { version: template.version }),
    index_patterns: template.index_patterns,
    settings: flag(request, "flat_settings") ? settings : nestSettings(settings),
    mappings: template.mappings ?? {},
    aliases: template.aliases ?? {},
  };
}

function putLegacy(request: ApiRequest): ApiReply {
  const name = request.params["name"] ?? "";
  const body = jsonBody(request, true);
  const unknown = Object.keys(body).find(
    (key) => !["index_patterns", "template", "order", "version", "settings", "mappings", "aliases"].includes(key),
  );
  if (unknown !== undefined) {
    throw new EngineError("parse_exception", `unknown key [${unknown}] in the template `);
  }
  const patterns = patternsOf(body);
  if (patterns.length === 0) {
    throw new EngineError("action_request_validation_exception", "Validation Failed: 1: index patterns are missing;");
  }
  if (flag(request, "create") && request.engine.templates(false).has(name)) {
    throw illegalArgument(`index_template [${name}] already exists`);
  }
  request.engine.putTemplate(name, {
    index_patterns: patterns,
    order: Number(body["order"] ?? 0),
    ...(typeof body["version"] === "number" ? { version: body["version"] } : {}),
    ...contentOf(body, request),
  });
  return acknowledged();
}

function contentOf(body: Json, request: ApiRequest): TemplateContent {
  parseSettings(body["settings"], request.engine.flavor);
  return {
    settings: isObject(body["settings"]) ? body["settings"] : {},
    mappings: untyped(body["mappings"], request),
    aliases: isObject(body["aliases"]) ? body["aliases"] : {},
  };
}

function deleteTemplate(request: ApiRequest, composable: boolean): ApiReply {
  const name = request.params["name"] ?? "";
  const found = matching(request.engine.templates(composable), name);
  if (found.length === 0 && !name.includes("*")) {
    throw new EngineError("index_template_missing_exception", `index_template [${name}] missing`, 404);
  }
  found.forEach(([key]) => request.engine.deleteTemplate(key, composable));
  return acknowledged();
}

function getComposable(request: ApiRequest): ApiReply {
  const name = request.params["name"];
  const found = matching(request.engine.templates(true), name);
  if (name !== undefined && found.length === 0 && !name.includes("*")) {
    throw new EngineError("resource_not_found_exception", `index template matching [${name}] not found`, 404);
  }
  const shown = found.map(([key, template]) => ({
    name: key,
    index_template: { composed_of: [], ...template, template: composableContent(template, request) },
  }));
  return { status: 200, body: { index_templates: shown } };
}

function composableContent(template: Template, request: ApiRequest): Json {
  const { settings, mappings, aliases } = template.template ?? {};
  return {
    ...(settings === undefined ? {} : { settings: nestSettings(parseSettings(settings, request.engine.flavor)) }),
    ...(mappings === undefined ? {} : { mappings }),
    ...(aliases === undefined ? {} : { aliases }),
  };
}

function putComposable(request: ApiRequest): ApiReply {
  const name = request.params["name"] ?? "";
  const body = jsonBody(request, true);
  const patterns = patternsOf(body);
  if (patterns.length === 0) {
    throw new EngineError("action_request_validation_exception", "Validation Failed: 1: index patterns are missing;");
  }
  const known = ["index_patterns", "template", "priority", "version", "composed_of", "_meta", "data_stream"];
  const unknown = Object.keys(body).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new EngineError("x_content_parse_exception", `[1:1] [index_template] unknown field [${unknown}]`);
  }
  if (flag(request, "create") && request.engine.templates(true).has(name)) {
    throw illegalArgument(`index template [${name}] already exists`);
  }
  const { template, ...rest } = body;
  request.engine.putTemplate(name, {
    ...rest,
    index_patterns: patterns,
    template: isObject(template) ? onlyGiven(contentOf(template, request), template) : {},
  });
  return acknowledged();
}

function onlyGiven(content: TemplateContent, given: Json): TemplateContent {
  return Object.fromEntries(Object.entries(content).filter(([key]) => given[key] !== undefined));
}
