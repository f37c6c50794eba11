import type { BucketsPort } from "../aws/ports";

export interface StoredObject {
  readonly key: string;
  /** Milliseconds. */
  readonly modified: number;
}

const mostPages = 20;

export function bucketOfArn(arn: string): string {
  return arn.replace(/^.*:::/, "");
}

/**
 * Objects that Firehose wrote below a prefix today and yesterday (UTC), by its usual folders of a day. Of a prefix with expressions
 * only what stands before the first of them is known: then all objects below that.
 */
export async function recentObjects(
  buckets: BucketsPort,
  bucket: string,
  prefix: string,
  now: number,
  signal: AbortSignal | undefined,
  folders: readonly string[] = [""],
): Promise<readonly StoredObject[]> {
  const found = await Promise.all(prefixesOf(prefix, now, folders).map((one) => objectsBelow(buckets, bucket, one, signal)));
  return found.flat().sort((a, b) => b.modified - a.modified || b.key.localeCompare(a.key));
}

function prefixesOf(prefix: string, now: number, folders: readonly string[]): readonly string[] {
  const [fixed = ""] = prefix.split("!{");
  if (fixed !== prefix) {
    return [fixed];
  }
  const days = [now, now - 86_400_000].map((time) => new Date(time).toISOString().slice(0, 10).replaceAll("-", "/"));
  return folders.flatMap((folder) => days.map((day) => `${prefix}${folder}${day}/`));
}

async function objectsBelow(
  buckets: BucketsPort,
  bucket: string,
  prefix: string,
  signal: AbortSignal | undefined,
): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
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
