import type { Clock } from "../../../core/clock";
import { throwIfAborted } from "../../../core/clock";
import { isAbort } from "../../../core/errors";
import { isObject, scalarText, textOr } from "../../search/json";
import { rotatedIndex } from "./naming";
import type { StoredRecord } from "./spool";
import type { Answer } from "./transport";

export interface BulkTarget {
  readonly index: string;
  readonly rotation: string;
  readonly type: string | undefined;
  readonly ownIds: boolean;
  /** Sends one bulk body to the domain. */
  readonly post: (body: string, signal: AbortSignal) => Promise<Answer>;
  /** How long failed documents are tried again, the first attempt included; and between two attempts. */
  readonly retryMillis: number;
  readonly pauseMillis: (attempt: number) => number;
  readonly clock: Clock;
}

/** A document that the domain did not take within the retry time. */
export interface FailedDocument {
  readonly record: StoredRecord;
  readonly index: string;
  readonly id: string;
  readonly attempts: number;
  readonly code: string;
  readonly message: string;
  readonly endedAt: number;
}

interface Pending {
  readonly record: StoredRecord;
  readonly index: string;
  readonly id: string;
  attempts: number;
  code: string;
  message: string;
}

/** Below the smallest HTTP limit of a domain (10 MiB). */
const maxBodyBytes = 5 * 1024 * 1024;

/** Delivers records by `_bulk`, retrying what may succeed later; returns what failed for good. */
export async function deliverBulk(
  records: readonly StoredRecord[],
  target: BulkTarget,
  signal: AbortSignal,
): Promise<readonly FailedDocument[]> {
  const failed: FailedDocument[] = [];
  for (const part of split(records)) {
    const pending = part.map((record) => ({
      record,
      index: rotatedIndex(target.index, target.rotation, record.at),
      id: `${record.id}.0`,
      attempts: 0,
      code: "",
      message: "",
    }));
    failed.push(...(await deliverPart(pending, target, signal)));
  }
  return failed;
}

function split(records: readonly StoredRecord[]): readonly (readonly StoredRecord[])[] {
  const parts: StoredRecord[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    if (bytes + record.data.length > maxBodyBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(record);
    bytes += record.data.length;
  }
  return parts;
}

async function deliverPart(all: readonly Pending[], target: BulkTarget, signal: AbortSignal): Promise<readonly FailedDocument[]> {
  const { clock } = target;
  const started = clock.now();
  const failed: Pending[] = [];
  let pending = all;
  for (let attempt = 1; pending.length > 0; attempt++) {
    throwIfAborted(signal);
    const { retry, final } = await tryOnce(pending, target, signal);
    failed.push(...final);
    const pause = target.pauseMillis(attempt);
    if (retry.length > 0 && clock.now() - started + pause > target.retryMillis) {
      failed.push(...retry);
      break;
    }
    if (retry.length > 0) {
      await clock.delay(pause, signal);
    }
    pending = retry;
  }
  return failed.map((entry) => ({ ...entry, endedAt: clock.now() }));
}

async function tryOnce(
  pending: readonly Pending[],
  target: BulkTarget,
  signal: AbortSignal,
): Promise<{ retry: readonly Pending[]; final: readonly Pending[] }> {
  pending.forEach((entry) => (entry.attempts += 1));
  let answer: Answer;
  try {
    answer = await target.post(pending.map((entry) => bulkLines(entry, target)).join(""), signal);
  } catch (thrown) {
    if (isAbort(thrown) && signal.aborted) {
      throw thrown;
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    pending.forEach((entry) => mark(entry, "ES.ServiceException", `Error received from the Amazon OpenSearch Service cluster: ${message}`));
    return { retry: pending, final: [] };
  }
  if (answer.status !== 200) {
    pending.forEach((entry) => mark(entry, String(answer.status), answer.body));
    return { retry: pending, final: [] };
  }
  return sortItems(pending, JSON.parse(answer.body) as unknown);
}

function sortItems(pending: readonly Pending[], answer: unknown): { retry: readonly Pending[]; final: readonly Pending[] } {
  const items = isObject(answer) && Array.isArray(answer["items"]) ? (answer["items"] as unknown[]) : [];
  const retry: Pending[] = [];
  const final: Pending[] = [];
  pending.forEach((entry, at) => {
    const item = items[at];
    const result = isObject(item) ? Object.values(item)[0] : undefined;
    const status = isObject(result) ? Number(result["status"]) : 500;
    if (status >= 300) {
      mark(entry, String(status), errorText(isObject(result) ? result["error"] : undefined));
      (status === 429 || status >= 500 ? retry : final).push(entry);
    }
  });
  return { retry, final };
}

function mark(entry: Pending, code: string, message: string): void {
  entry.code = code;
  entry.message = message;
}

function errorText(error: unknown): string {
  return isObject(error) ? JSON.stringify(error) : textOr(error, scalarText(error));
}

function bulkLines(entry: Pending, target: BulkTarget): string {
  const action = {
    _index: entry.index,
    ...(target.type === undefined ? {} : { _type: target.type }),
    ...(target.ownIds ? { _id: entry.id } : {}),
  };
  const text = Buffer.from(entry.record.data, "base64")
    .toString("utf8")
    .replace(/[\r\n]+$/, "")
    .replace(/[\r\n]+/g, " ");
  return `${JSON.stringify({ index: action })}\n${text}\n`;
}
