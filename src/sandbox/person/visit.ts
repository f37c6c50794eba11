import { createHash } from "node:crypto";
import type { Item, World } from "../world";
import { createImageFromBuilder, imageRefusal } from "../services/appstream/builders";
import { type ImagePayload, readPastedLine, readPayload } from "./payload";

export interface VisitResult {
  readonly done: boolean;
  /** What the simulated PowerShell window shows, line by line. */
  readonly output: readonly string[];
}

const downloadLimit = 5_000_000;

/** Does what a person does who pastes the one line into an elevated PowerShell of the builder. */
export async function runLine(world: World, builder: Item, line: string): Promise<VisitResult> {
  const pasted = readPastedLine(line);
  const output: string[] = [];
  const fail = (why: string): VisitResult => ({ done: false, output: [...output, why] });
  let script = pasted.script;
  if (script === undefined) {
    if (pasted.url === undefined) {
      return fail("This line holds neither a bootstrap script nor its address. Copy the whole line that the deployment shows.");
    }
    const download = await downloadScript(world, pasted.url);
    if (download.script === undefined) {
      return fail(download.why);
    }
    output.push(`Downloaded ${download.script.length} bytes.`);
    const hash = createHash("sha256").update(download.script).digest("hex");
    if (pasted.sha256 !== undefined && pasted.sha256 !== hash) {
      return fail(`The script's SHA-256 is ${hash}, but the line expects ${pasted.sha256}: it was not run.`);
    }
    output.push(pasted.sha256 === undefined ? "The line names no SHA-256; not checked." : "SHA-256 is right.");
    script = download.script.toString("utf8");
  }
  const payload = readPayload(script);
  if (payload === undefined) {
    return fail("The script carries no payload that the sandbox can read, so there is nothing to install.");
  }
  await report(world, payload.progressUrl, "Creating the image; you can close this window.");
  const result = install(world, builder, payload, output);
  if (!result.done) {
    await report(world, payload.progressUrl, `The image was not created: ${result.output.at(-1) ?? ""}`);
  }
  return result;
}

/** As the script does: a report that fails is no failure. */
async function report(world: World, address: string | undefined, text: string): Promise<void> {
  if (address !== undefined && URL.canParse(address) && new URL(address).origin === new URL(world.endpoint).origin) {
    await fetch(address, { method: "PUT", body: text, redirect: "error" }).catch(() => undefined);
  }
}

function install(world: World, builder: Item, payload: ImagePayload, output: readonly string[]): VisitResult {
  const image = { ...payload, name: payload.imageName };
  const refusal = imageRefusal(world, builder, image);
  const files = Object.keys(payload.files).map((name) => `Wrote ${name}.`);
  const applications = payload.applications.map(
    (application) => `Added application ${typeof application["name"] === "string" ? application["name"] : ""}.`,
  );
  const before = [...output, "Installed Amazon Kinesis Agent for Microsoft Windows.", ...files, ...applications];
  if (refusal !== undefined) {
    return { done: false, output: [...before, `{"status": 1, "message": ${JSON.stringify(refusal)}}`] };
  }
  createImageFromBuilder(world, builder, image);
  return {
    done: true,
    output: [...before, '{"status": 0, "message": "Success"}', `Image ${payload.imageName} is being made; this session ends.`],
  };
}

async function downloadScript(world: World, address: string): Promise<{ script: Buffer; why: "" } | { script: undefined; why: string }> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.origin !== new URL(world.endpoint).origin) {
    return { script: undefined, why: `The sandbox only downloads from itself (${world.endpoint}), not from ${url?.host ?? address}.` };
  }
  const response = await fetch(url, { redirect: "error" });
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) {
    return { script: undefined, why: `The download failed with HTTP ${response.status}: ${body.toString("utf8").slice(0, 300)}` };
  }
  return body.length > downloadLimit ? { script: undefined, why: "The script is too large." } : { script: body, why: "" };
}
