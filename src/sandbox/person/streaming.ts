import { type Call, ServiceError } from "../service";
import { collections, nameOfArn, textOf } from "../services/appstream/account";
import { requireBuilder } from "../services/appstream/builders";
import { findToken, pageRoot } from "../services/appstream/tokens";
import type { Item, World } from "../world";
import { Fleets } from "./instances";
import { builderPage, messagePage, outputPage } from "./page";
import { readPayload } from "./payload";
import { runLine } from "./visit";

export interface PageRequest {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface PageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A builder with this tag can be visited without a person; its value is s3://BUCKET/KEY of the bootstrap. */
export const bootstrapTag = "appstream-monitor:bootstrap";

/** Where the image kit publishes its script, and whose it is. */
const bootstrapKey = "appstream-monitor/bootstrap.ps1";
const pipelineTag = "appstream-monitor:pipeline";

const visitDelay = 300;
const visitTries = 200;

/** The pages behind streaming URLs, and the person who uses them under `--person auto`. */
export class Streaming {
  readonly fleets: Fleets;
  private readonly world: World;
  private readonly invokers = new Map<string, Call["invoke"]>();

  constructor(world: World) {
    this.world = world;
    this.fleets = new Fleets(world);
    world.on("appstream.visit", ({ key, data }) => this.visit(key, Number(data["tries"])));
  }

  start(): void {
    this.fleets.start();
  }

  stop(): void {
    this.fleets.stop();
  }

  /** Under `--person auto` a builder whose address was asked for is visited. */
  builderUrlCreated(name: string, call: Call): void {
    if (this.world.options.person === "auto") {
      const arn = textOf(requireBuilder(this.world, call, name), "Arn");
      this.invokers.set(arn, (service, operation, input) => call.invoke(service, operation, input));
      this.world.schedule("appstream.visit", arn, visitDelay, { tries: visitTries });
    }
  }

  async handle(request: PageRequest): Promise<PageResponse> {
    const token = request.query.get("token");
    switch (request.path.slice(pageRoot.length)) {
      case "builder":
        return this.showBuilder(token);
      case "builder/run":
        return this.runBuilder(request, token);
      case "session":
        return this.openSession(token);
      default:
        return html(404, messagePage("Not found", "The sandbox has no such streaming page."));
    }
  }

  private builderOf(token: string | null): Item | undefined {
    const found = findToken(this.world, token, "builder");
    return found === undefined ? undefined : this.world.collection(collections.builders).get(textOf(found, "builderArn"));
  }

  private showBuilder(token: string | null): PageResponse {
    const builder = this.builderOf(token);
    if (builder === undefined) {
      return html(403, messagePage("Streaming URL not valid", "It has expired or its image builder is gone. Ask for a new one."));
    }
    const state = textOf(builder, "State");
    const list = [
      { name: "Instance type", value: textOf(builder, "InstanceType") },
      { name: "Base image", value: nameOfArn(textOf(builder, "ImageArn")) },
    ];
    if (state !== "RUNNING") {
      return html(
        200,
        messagePage(`Image builder ${textOf(builder, "Name")}`, `The image builder is ${state}: there is no session to show.`, list),
      );
    }
    return html(200, builderPage(textOf(builder, "Name"), state, `${pageRoot}builder/run?token=${token ?? ""}`, list));
  }

  private async runBuilder(request: PageRequest, token: string | null): Promise<PageResponse> {
    const builder = this.builderOf(token);
    if (request.method !== "POST") {
      return html(405, messagePage("Not allowed", "Open the streaming URL and press Run."));
    }
    if (builder === undefined) {
      return html(403, messagePage("Streaming URL not valid", "It has expired or its image builder is gone. Ask for a new one."));
    }
    const isJson = (request.headers["content-type"] ?? "").includes("json");
    const result = await runLine(this.world, builder, lineOf(request.body.toString("utf8"), isJson));
    return isJson
      ? { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(result) }
      : html(200, outputPage(result.done ? "Done" : "Not done", result.output));
  }

  private openSession(token: string | null): PageResponse {
    const found = findToken(this.world, token, "session");
    const session = found === undefined ? undefined : this.fleets.openSession(found);
    if (session === undefined) {
      return html(403, messagePage("No session", "The streaming URL has expired, or the fleet has no free instance."));
    }
    return html(
      200,
      messagePage(
        "Streaming session (sandbox)",
        "This page stands for the streaming session that AWS would open. Its instance now produces Windows events.",
        [
          { name: "Session", value: textOf(session, "id") },
          { name: "User", value: textOf(session, "userId") },
          { name: "Fleet", value: textOf(session, "fleetName") },
          { name: "Instance", value: textOf(session, "instanceId") },
        ],
      ),
    );
  }

  private async visit(arn: string, tries: number): Promise<void> {
    const builder = this.world.collection(collections.builders).get(arn);
    const invoke = this.invokers.get(arn);
    if (builder?.["State"] !== "RUNNING" || invoke === undefined) {
      return;
    }
    const script = await this.findBootstrap(arn, invoke);
    if (script === undefined) {
      if (tries > 0) {
        this.world.schedule("appstream.visit", arn, visitDelay, { tries: tries - 1 });
      }
      return;
    }
    const { done, output } = await runLine(this.world, builder, script);
    this.world.options.log(`visit to image builder ${textOf(builder, "Name")}: ${done ? "image started" : (output.at(-1) ?? "")}`);
  }

  /** Where the builder's tag says, else the published bootstrap of the same pipeline. */
  private async findBootstrap(arn: string, invoke: Call["invoke"]): Promise<string | undefined> {
    const tags = this.world.collection(collections.tags).get(arn) ?? {};
    const tagged = /^s3:\/\/([^/]+)\/(.+)$/.exec(textOf(tags, bootstrapTag));
    if (tagged !== null) {
      return readObject(invoke, tagged[1] ?? "", tagged[2] ?? "");
    }
    const { Buckets: buckets } = await invoke("s3", "ListBuckets", {});
    for (const bucket of Array.isArray(buckets) ? (buckets as { Name?: string }[]) : []) {
      const script = await readObject(invoke, bucket.Name ?? "", bootstrapKey);
      if (script !== undefined && readPayload(script)?.tags[pipelineTag] === tags[pipelineTag]) {
        return script;
      }
    }
    return undefined;
  }
}

async function readObject(invoke: Call["invoke"], bucket: string, key: string): Promise<string | undefined> {
  try {
    const object = await invoke("s3", "GetObject", { Bucket: bucket, Key: key });
    return bodyText(object["Body"]);
  } catch (thrown) {
    if (thrown instanceof ServiceError) {
      return undefined;
    }
    throw thrown;
  }
}

function bodyText(body: unknown): string {
  return typeof body === "string" ? body : body instanceof Uint8Array ? Buffer.from(body).toString("utf8") : "";
}

function lineOf(body: string, isJson: boolean): string {
  if (!isJson) {
    return new URLSearchParams(body).get("line") ?? "";
  }
  try {
    const parsed = JSON.parse(body) as { line?: unknown };
    return typeof parsed.line === "string" ? parsed.line : "";
  } catch (thrown) {
    if (thrown instanceof SyntaxError) {
      return "";
    }
    throw thrown;
  }
}

function html(status: number, body: string): PageResponse {
  const policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; form-action 'self'; base-uri 'none'";
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    },
    body,
  };
}
