import type { BucketsPort } from "../aws/ports";
import { recentObjects } from "./bucketObjects";

/** A document that could not be delivered, as Firehose writes it into the bucket. */
export interface FailedDocument {
  readonly code: string;
  readonly message: string;
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
  ...["AmazonOpenSearchService-failed/", "AmazonOpenSearchService_failed/", "elasticsearch-failed/", "elasticsearch_failed/"],
  ...["splunk-failed/", "http-endpoint-failed/", "processing-failed/"],
];
const failedFolder = /(AmazonOpenSearchService|elasticsearch|splunk|http-endpoint|processing)[-_]failed\//i;
const objectsRead = 3;

/** What the stream has written into its bucket since yesterday (UTC) because its destination refused it; undefined: nothing. */
export async function findFailed(
  buckets: BucketsPort,
  bucket: string,
  prefix: string,
  now: number,
  signal?: AbortSignal,
): Promise<FailedDocuments | undefined> {
  const dayBefore = now - 2 * 86_400_000;
  const objects = await recentObjects(buckets, bucket, prefix, now, signal, folders);
  const found = objects.filter((one) => failedFolder.test(one.key) && one.modified >= dayBefore);
  const [newest] = found;
  if (newest === undefined) {
    return undefined;
  }
  const keys = found.map((one) => one.key);
  const texts = await Promise.all(keys.slice(0, objectsRead).map((key) => buckets.getText(bucket, key, signal)));
  return { keys, newest: newest.modified, documents: texts.flatMap(parseFailed) };
}

/** One JSON object a line, or one after the other. */
export function parseFailed(text: string): FailedDocument[] {
  return text
    .split(/\r?\n|(?<=\})(?=\{)/)
    .filter((line) => line.trim() !== "")
    .flatMap((line) => {
      try {
        const one = JSON.parse(line) as Readonly<Record<string, unknown>>;
        return [{ code: textOf(one["errorCode"]), message: textOf(one["errorMessage"]) }];
      } catch {
        return []; // Cut off, or nothing of Firehose's.
      }
    });
}

/** Codes are numbers where the domain has answered, and names where it has not. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));

/** Each distinct refusal with its number, the most frequent first. */
export function groupRefusals(documents: readonly FailedDocument[]): readonly (FailedDocument & { readonly count: number })[] {
  const groups = new Map<string, FailedDocument & { readonly count: number }>();
  for (const { code, message } of documents) {
    // Ids and values differ from document to document.
    const key = `${code} ${message.replace(/'[^']*'|\[[^\]]*\]|\d+/g, "…")}`;
    const group = groups.get(key) ?? { code, message, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
