import type { BucketsPort } from "../aws/ports";

/** A document that could not be delivered, as Firehose writes it into the bucket. */
export interface FailedDocument {
  readonly code: string;
  readonly message: string;
  /** Milliseconds. */
  readonly arrived: number;
}

export interface FailedDocuments {
  /** Keys of the objects of yesterday and today, newest first. */
  readonly keys: readonly string[];
  /** When the newest object was written, milliseconds. */
  readonly newest: number;
  /** Those in the newest few objects. */
  readonly documents: readonly FailedDocument[];
}

/** The spelling differs between ages and documents. */
const folders = [
  ...["AmazonOpenSearchService-failed", "AmazonOpenSearchService_failed", "elasticsearch-failed", "elasticsearch_failed"],
  ...["splunk-failed", "http-endpoint-failed", "processing-failed"],
];
const failedFolder = /(AmazonOpenSearchService|elasticsearch|splunk|http-endpoint|processing)[-_]failed\//i;
const mostPages = 20;
const objectsRead = 3;

/** What the stream has written into its bucket since yesterday (UTC) because its destination refused it; undefined: nothing. */
export async function findFailed(
  buckets: BucketsPort,
  bucket: string,
  prefix: string,
  now: number,
  signal?: AbortSignal,
): Promise<FailedDocuments | undefined> {
  const pages = await Promise.all(prefixesOf(prefix, now).map((one) => keysBelow(buckets, bucket, one, signal)));
  const dayBefore = now - 2 * 86_400_000;
  const found = pages
    .flat()
    .filter((one) => failedFolder.test(one.key) && one.modified >= dayBefore)
    .sort((a, b) => b.modified - a.modified || b.key.localeCompare(a.key));
  const [newest] = found;
  if (newest === undefined) {
    return undefined;
  }
  const keys = found.map((one) => one.key);
  const texts = await Promise.all(keys.slice(0, objectsRead).map((key) => buckets.getText(bucket, key, signal)));
  return { keys, newest: newest.modified, documents: texts.flatMap(parseFailed) };
}

/** With expressions in the prefix, only what stands before the first of them is known. */
function prefixesOf(prefix: string, now: number): readonly string[] {
  const [fixed = ""] = prefix.split("!{");
  if (fixed !== prefix) {
    return [fixed];
  }
  const days = [now, now - 86_400_000].map((time) => new Date(time).toISOString().slice(0, 10).replaceAll("-", "/"));
  return folders.flatMap((folder) => days.map((day) => `${prefix}${folder}/${day}/`));
}

export async function keysBelow(
  buckets: BucketsPort,
  bucket: string,
  prefix: string,
  signal: AbortSignal | undefined,
): Promise<readonly { readonly key: string; readonly modified: number }[]> {
  const found: { key: string; modified: number }[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { items, nextToken } = await buckets.listKeys(bucket, prefix, token, signal);
    found.push(...items.map(({ key, modified }) => ({ key, modified: modified?.getTime() ?? 0 })));
    token = nextToken;
    if (token === undefined) {
      break;
    }
  }
  return found;
}

/** One JSON object a line, or one after the other. */
export function parseFailed(text: string): FailedDocument[] {
  return text
    .split(/\r?\n|(?<=\})(?=\{)/)
    .filter((line) => line.trim() !== "")
    .flatMap((line) => {
      try {
        const one = JSON.parse(line) as Readonly<Record<string, unknown>>;
        return [{ code: textOf(one["errorCode"]), message: textOf(one["errorMessage"]), arrived: Number(one["arrivalTimestamp"] ?? 0) }];
      } catch {
        return []; // Cut off, or nothing of Firehose's.
      }
    });
}

/** Codes are numbers where the domain has answered, and names where it has not. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));

/** Each distinct refusal with its number, the most frequent first. */
export function groupRefusals(
  documents: readonly { readonly code: string; readonly message: string }[],
): readonly { readonly code: string; readonly message: string; readonly count: number }[] {
  const groups = new Map<string, { code: string; message: string; count: number }>();
  for (const { code, message } of documents) {
    // Ids and values differ from document to document.
    const key = `${code} ${message.replace(/'[^']*'|\[[^\]]*\]|\d+/g, "…")}`;
    const group = groups.get(key) ?? { code, message, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
