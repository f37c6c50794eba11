import { randomUUID } from "node:crypto";
import type { ApiReply } from "./api/router";
import { simpleMatch } from "./dynamic";
import type { Engine } from "./engine";
import { isObject, scalarText, textOr, type Json } from "./json";

const prefix = "dashboards:object:";

/** Saved objects of Kibana and Dashboards: index patterns, searches, dashboards. Attributes are not checked. */
export class SavedObjects {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  create(type: string, given: string | undefined, body: Json, overwrite: boolean): ApiReply {
    const id = given ?? randomUUID();
    if (!overwrite && this.read(type, id) !== undefined) {
      return this.conflict(type, id);
    }
    return { status: 200, body: this.write(type, id, body) };
  }

  get(type: string, id: string): ApiReply {
    const found = this.read(type, id);
    return found === undefined ? missing(type, id) : { status: 200, body: found };
  }

  update(type: string, id: string, body: Json): ApiReply {
    const before = this.read(type, id);
    if (before === undefined) {
      return missing(type, id);
    }
    const attributes = {
      ...(isObject(before["attributes"]) ? before["attributes"] : {}),
      ...(isObject(body["attributes"]) ? body["attributes"] : {}),
    };
    return { status: 200, body: this.write(type, id, { references: before["references"], ...body, attributes }) };
  }

  delete(type: string, id: string): ApiReply {
    if (!this.engine.options.store.delete(keyOf(type, id))) {
      return missing(type, id);
    }
    this.engine.options.save();
    return { status: 200, body: {} };
  }

  find(query: URLSearchParams): ApiReply {
    const types = query.getAll("type").flatMap((type) => type.split(","));
    const search = (query.get("search") ?? "*").toLowerCase();
    const page = Number(query.get("page") ?? 1);
    const perPage = Number(query.get("per_page") ?? 20);
    const found = this.all().filter((object) => {
      const attributes = isObject(object["attributes"]) ? object["attributes"] : {};
      return types.includes(scalarText(object["type"])) && simpleMatch(search, textOr(attributes["title"], "").toLowerCase());
    });
    return {
      status: 200,
      body: { page, per_page: perPage, total: found.length, saved_objects: found.slice((page - 1) * perPage, page * perPage) },
    };
  }

  bulkCreate(list: unknown, overwrite: boolean): ApiReply {
    const objects = Array.isArray(list) ? list.filter(isObject) : [];
    const created = objects.map((object) => {
      const type = scalarText(object["type"]);
      const id = textOr(object["id"], randomUUID());
      const taken = !overwrite && this.read(type, id) !== undefined;
      return taken
        ? { id, type, error: { statusCode: 409, error: "Conflict", message: conflictText(type, id) } }
        : this.write(type, id, object);
    });
    return { status: 200, body: { saved_objects: created } };
  }

  bulkGet(list: unknown): ApiReply {
    const objects = Array.isArray(list) ? list.filter(isObject) : [];
    const found = objects.map(({ type, id }) => {
      const object = this.read(scalarText(type), scalarText(id));
      return object ?? { id, type, error: { statusCode: 404, error: "Not Found", message: missingText(scalarText(type), scalarText(id)) } };
    });
    return { status: 200, body: { saved_objects: found } };
  }

  /** The NDJSON file inside a multipart form. */
  import(form: string, overwrite: boolean): ApiReply {
    const lines = form.split(/\r?\n/).filter((line) => line.startsWith("{"));
    const objects = lines.map((line) => JSON.parse(line) as Json).filter((object) => object["type"] !== undefined);
    const errors = objects.filter((object) => !overwrite && this.read(scalarText(object["type"]), scalarText(object["id"])) !== undefined);
    const fine = objects.filter((object) => !errors.includes(object));
    fine.forEach((object) => this.write(scalarText(object["type"]), scalarText(object["id"]), object));
    return {
      status: 200,
      body: {
        success: errors.length === 0,
        successCount: fine.length,
        ...(errors.length === 0 ? {} : { errors: errors.map(({ id, type }) => ({ id, type, error: { type: "conflict" } })) }),
      },
    };
  }

  export(body: Json): ApiReply {
    const types = Array.isArray(body["type"]) ? body["type"] : [body["type"]];
    const found = this.all().filter((object) => types.includes(object["type"]));
    return {
      status: 200,
      text: true,
      headers: { "content-type": "application/ndjson" },
      body: found.map((object) => `${JSON.stringify(object)}\n`).join(""),
    };
  }

  private all(): readonly Json[] {
    return [...this.engine.options.store].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object);
  }

  private read(type: string, id: string): Json | undefined {
    return this.engine.options.store.get(keyOf(type, id));
  }

  private write(type: string, id: string, body: Json): Json {
    const { store, save } = this.engine.options;
    const before = store.get(keyOf(type, id));
    const revision = Number(before?.["revision"] ?? 0) + 1;
    const object = {
      id,
      type,
      updated_at: new Date(this.engine.now()).toISOString(),
      version: Buffer.from(JSON.stringify([revision, 1])).toString("base64"),
      attributes: isObject(body["attributes"]) ? body["attributes"] : {},
      references: Array.isArray(body["references"]) ? (body["references"] as unknown[]) : [],
      ...(this.engine.flavor.opensearch ? { namespaces: ["default"] } : {}),
    };
    store.set(keyOf(type, id), { ...object, revision });
    save();
    return object;
  }

  private conflict(type: string, id: string): ApiReply {
    return { status: 409, body: { statusCode: 409, error: "Conflict", message: conflictText(type, id) } };
  }
}

function keyOf(type: string, id: string): string {
  return `${prefix}${type}:${id}`;
}

function conflictText(type: string, id: string): string {
  return `Saved object [${type}/${id}] conflict`;
}

function missingText(type: string, id: string): string {
  return `Saved object [${type}/${id}] not found`;
}

function missing(type: string, id: string): ApiReply {
  return { status: 404, body: { statusCode: 404, error: "Not Found", message: missingText(type, id) } };
}
