import * as l10n from "@vscode/l10n";
import { parse, type ParseError } from "jsonc-parser";
import { AppError } from "../../errors";
import { ownerTags, type ApplicationDefinition, type PipelineDefinition } from "../definition";
import { fileNames, generatedFiles } from "../project";
import bootstrapTemplate from "./bootstrap.ps1";

/** Texts of the project's files; what is absent is generated. */
export interface ProjectTexts {
  readonly agentConfig?: string;
  readonly agentTemplate?: string;
  readonly sessionConfig?: string;
  readonly sessionScript?: string;
}

/** Everything the image builder is told, as JSON in base64 between the marker lines of the bootstrap. */
export interface ImagePayload {
  readonly imageName: string;
  readonly displayName: string;
  readonly agentVersion: string;
  readonly agentSha256: string;
  /** Where the bootstrap writes what it is doing; empty: nowhere. */
  readonly progressUrl: string;
  readonly tags: Readonly<Record<string, string>>;
  /** appsettings.json goes to the agent's folder, everything else to the folder of the session scripts. */
  readonly files: Readonly<Record<string, string>>;
  readonly applications: readonly ApplicationDefinition[];
}

export const payloadStart = "#<appstream-monitor-payload>";
export const payloadEnd = "#</appstream-monitor-payload>";

export interface Bootstrap {
  readonly text: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export function imagePayload(definition: PipelineDefinition, texts: ProjectTexts): ImagePayload {
  const generated = generatedFiles(definition);
  const agent = withoutPlaceholders(texts.agentConfig ?? generated.agentConfig);
  return {
    imageName: definition.image.name,
    displayName: definition.image.displayName,
    agentVersion: definition.image.agentVersion,
    agentSha256: definition.image.agentSha256,
    progressUrl: "",
    tags: ownerTags(definition),
    files: {
      [fileNames.agentConfig]: agent,
      [fileNames.agentTemplate]: texts.agentTemplate === undefined ? agent : withoutPlaceholders(texts.agentTemplate),
      [fileNames.sessionConfig]: withoutMark(texts.sessionConfig ?? generated.sessionConfig),
      [fileNames.sessionScript]: withoutMark(texts.sessionScript ?? generated.sessionScript),
    },
    applications: definition.image.applications,
  };
}

/** On an image: which project files and applications it was made from. */
export const contentTag = "appstream-monitor:content";

/** Short hash of everything that an image is made from but its own name and tags. */
export async function contentHash({ agentVersion, agentSha256, files, applications }: ImagePayload): Promise<string> {
  return (await sha256(JSON.stringify({ agentVersion, agentSha256, files, applications }))).slice(0, 16);
}

/** The payload with the mark of its content among the tags. */
export async function marked(payload: ImagePayload): Promise<ImagePayload> {
  return { ...payload, tags: { ...payload.tags, [contentTag]: await contentHash(payload) } };
}

export async function createBootstrap(payload: ImagePayload): Promise<Bootstrap> {
  const encoded = toBase64(new TextEncoder().encode(JSON.stringify(payload)));
  const lines = encoded.match(/.{1,120}/g) ?? [];
  const text = bootstrapTemplate.replace("__PAYLOAD__", () => lines.join("\n"));
  return { text, sha256: await sha256(text) };
}

/** What the person pastes into an elevated PowerShell of the builder: fetches the bootstrap, compares its hash, runs it. */
export function downloadLine(url: string, hash: string): string {
  return [
    "[Net.ServicePointManager]::SecurityProtocol='Tls12'",
    "$f=Join-Path $env:TEMP 'appstream-monitor.ps1'",
    `Invoke-WebRequest -UseBasicParsing -Uri '${url.replaceAll("'", "''")}' -OutFile $f`,
    `if((Get-FileHash $f -Algorithm SHA256).Hash -ne '${hash}'){throw 'The download is not the published file.'}`,
    "powershell.exe -NoProfile -ExecutionPolicy Bypass -File $f",
  ].join(";");
}

/** The same without a download, where there is no bucket of ours to fetch from. */
export function selfContainedLine({ text, sha256 }: Bootstrap): string {
  return [
    "$f=Join-Path $env:TEMP 'appstream-monitor.ps1'",
    `[IO.File]::WriteAllBytes($f,[Convert]::FromBase64String('${toBase64(new TextEncoder().encode(text))}'))`,
    `if((Get-FileHash $f -Algorithm SHA256).Hash -ne '${sha256}'){throw 'The line was not pasted completely.'}`,
    "powershell.exe -NoProfile -ExecutionPolicy Bypass -File $f",
  ].join(";");
}

/** Strict JSON without the pieces of an ObjectDecoration that would make the agent drop every event. */
export function withoutPlaceholders(text: string): string {
  const errors: ParseError[] = [];
  const value: unknown = parse(withoutMark(text), errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isObject(value)) {
    throw new AppError("invalidInput", l10n.t("The agent's configuration is not valid JSON, so the image cannot be made."), {
      next: l10n.t("Repair the problems that the editor shows in appsettings.json."),
    });
  }
  const sinks: readonly unknown[] = Array.isArray(value["Sinks"]) ? value["Sinks"] : [];
  for (const sink of sinks) {
    if (isObject(sink) && typeof sink["ObjectDecoration"] === "string") {
      sink["ObjectDecoration"] = soundPieces(sink["ObjectDecoration"]);
    }
  }
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** A byte order mark is the business of whoever writes the file: the bootstrap. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}

function soundPieces(decoration: string): string {
  return decoration
    .split(";")
    .filter((piece) => piece.split("=").length === 2)
    .join(";");
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
