import type { Input } from "../../service";
import { invalidArgument, Violations } from "./validation";

/** Limits of one call; bytes are counted before base64. */
const limits = { recordBytes: 1_024_000, records: 500, batchBytes: 4 * 1024 * 1024 };

/** The record's bytes; the wire form is base64 text. */
export function toBytes(data: unknown): Uint8Array | undefined {
  return typeof data === "string" ? Buffer.from(data, "base64") : data instanceof Uint8Array ? data : undefined;
}

export function parseRecord(input: Input): Uint8Array {
  const violations = new Violations();
  const data = recordData(input["Record"], "record", violations);
  violations.throwIfAny();
  return data;
}

export function parseBatch(input: Input): readonly Uint8Array[] {
  const records = input["Records"];
  const violations = new Violations();
  if (!Array.isArray(records)) {
    violations.add(undefined, "records", "Member must not be null");
    violations.throwIfAny();
    return [];
  }
  if (records.length < 1) {
    violations.add(records, "records", "Member must have length greater than or equal to 1");
  }
  if (records.length > limits.records) {
    violations.add(
      "[com.amazonaws.services.firehose.model.Record]",
      "records",
      `Member must have length less than or equal to ${limits.records}`,
    );
  }
  const parsed = records.map((record: unknown, at) => recordData(record, `records.${at + 1}.member`, violations));
  violations.throwIfAny();
  if (parsed.reduce((sum, data) => sum + data.byteLength, 0) > limits.batchBytes) {
    throw invalidArgument("Records size exceeds 4 MB limit");
  }
  return parsed;
}

function recordData(record: unknown, at: string, violations: Violations): Uint8Array {
  const data = toBytes(typeof record === "object" && record !== null ? (record as Record<string, unknown>)["Data"] : undefined);
  if (data === undefined) {
    violations.add(undefined, `${at}.data`, "Member must not be null");
    return new Uint8Array();
  }
  if (data.byteLength > limits.recordBytes) {
    violations.add(
      `java.nio.HeapByteBuffer[pos=0 lim=${data.byteLength} cap=${data.byteLength}]`,
      `${at}.data`,
      `Member must have length less than or equal to ${limits.recordBytes}`,
    );
  }
  return data;
}
