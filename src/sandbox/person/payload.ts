/**
 * What the image kit's one line brings into the image builder.
 *
 * The line holds the http(s) address of a bootstrap script in the sandbox's own S3 together with its SHA-256 in hexadecimal,
 * or the script itself (plain, as -EncodedCommand, or as FromBase64String('...')). In the script, comment lines carry the payload as base64 of JSON:
 *
 *     #<appstream-monitor-payload>
 *     # eyJpbWFnZU5hbWUiOiAi…
 *     #</appstream-monitor-payload>
 */
export interface ImagePayload {
  readonly imageName: string;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  /** Where the script reports what it is doing. */
  readonly progressUrl?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** File name to text; `appsettings.json` is the agent's configuration, `config.json` that of the session scripts. */
  readonly files: Readonly<Record<string, string>>;
  readonly applications: readonly Readonly<Record<string, unknown>>[];
}

export interface PastedLine {
  /** The script, when the line is self-contained. */
  readonly script: string | undefined;
  readonly url: string | undefined;
  readonly sha256: string | undefined;
}

const marked = /#\s*<appstream-monitor-payload>([\s\S]*?)#\s*<\/appstream-monitor-payload>/;

export function readPastedLine(line: string): PastedLine {
  const text = decodeCommand(line);
  return {
    script: marked.test(text) ? text : undefined,
    url: marked.test(text) ? undefined : /https?:\/\/[^\s'"`<>)]+/.exec(text)?.[0].replaceAll("&amp;", "&"),
    sha256: /\b[0-9a-fA-F]{64}\b/.exec(text.replace(/https?:\/\/[^\s'"`<>)]+/g, ""))?.[0].toLowerCase(),
  };
}

/** `-EncodedCommand` is base64 of UTF-16LE, `FromBase64String('...')` that of the script's bytes. */
function decodeCommand(line: string): string {
  const command = /-e(?:nc(?:odedcommand)?)?\s+['"]?([A-Za-z0-9+/=]{16,})/i.exec(line)?.[1];
  const bytes = /FromBase64String\(\s*['"]([A-Za-z0-9+/=\s]{16,})['"]/i.exec(line)?.[1];
  const decoded = [
    command === undefined ? "" : Buffer.from(command, "base64").toString("utf16le"),
    bytes === undefined ? "" : Buffer.from(bytes, "base64").toString("utf8"),
  ];
  return [line, ...decoded].join("\n");
}

/** Undefined when the script carries no payload or one that cannot be read. */
export function readPayload(script: string): ImagePayload | undefined {
  const encoded = marked.exec(script)?.[1]?.replace(/[^A-Za-z0-9+/=]/g, "");
  if (encoded === undefined) {
    return undefined;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(encoded, "base64").toString("utf8"));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) {
      return undefined;
    }
    throw thrown;
  }
  if (typeof parsed !== "object" || parsed === null) {
    return undefined;
  }
  const given = parsed as Record<string, unknown>;
  const name = given["imageName"];
  if (typeof name !== "string") {
    return undefined;
  }
  return {
    imageName: name,
    displayName: textOrNothing(given["displayName"]),
    description: textOrNothing(given["description"]),
    progressUrl: textOrNothing(given["progressUrl"]),
    tags: texts(given["tags"]),
    files: texts(given["files"]),
    applications: Array.isArray(given["applications"]) ? (given["applications"] as Record<string, unknown>[]) : [],
  };
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function texts(value: unknown): Record<string, string> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
