import assert from "node:assert/strict";
import { test } from "node:test";
import { groupRefusals, findFailed, parseFailed } from "../../../../src/core/diagnosis/failedDocuments";
import { misfits } from "../../../../src/core/diagnosis/mappingCheck";
import { explain } from "../../../../src/core/diagnosis/remedies";
import { verdictText } from "../../../../src/core/diagnosis/diagnose";
import type { BucketsPort } from "../../../../src/core/aws/ports";

const explanations: readonly (readonly [string, string, RegExp])[] = [
  ["403", "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: es:ESHttpPost", /es:ESHttpPost/],
  ["403", '{"type":"security_exception","reason":"no permissions for [indices:data/write/bulk]"}', /Map the role/],
  [
    "403",
    '{"type":"cluster_block_exception","reason":"index [x] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)]"}',
    /enlarge/,
  ],
  ["400", '{"type":"mapper_parsing_exception","reason":"failed to parse field [EventId]"}', /index template/],
  [
    "400",
    '{"type":"mapper_parsing_exception","reason":"Malformed content, found extra data after parsing: START_OBJECT"}',
    /CombineRecords/,
  ],
  ["400", "Limit of total fields [1000] has been exceeded", /total_fields/],
  ["429", "es_rejected_execution_exception", /retrySeconds/],
  ["503", "", /view Domains/],
  ["ES.ServiceException", "connect ECONNREFUSED", /view Domains/],
  ["S3.NoSuchBucket", "The specified bucket does not exist", /Create the bucket/],
  ["S3.AccessDenied", "Access was denied.", /s3:PutObject/],
  ["S3.KMS.NotFoundException", "key", /kms:GenerateDataKey/],
  ["418", "teapot", /says why/],
];
for (const [code, message, remedy] of explanations) {
  test(`a refusal ${code} ${message.slice(0, 40)} has its remedy`, () => {
    assert.match(explain(code, message).remedy, remedy);
  });
}

const line = (code: unknown, message: string): string =>
  JSON.stringify({ attemptsMade: 1, arrivalTimestamp: 1, errorCode: code, errorMessage: message, rawData: "e30=" });

test("failed documents are read one a line, joined, cut off, and with numbers as codes", () => {
  assert.deepEqual(
    parseFailed(`${line("400", "a")}\n${line(403, "b")}${line("429", "c")}\n{"errorCode":"5`).map((one) => [one.code, one.message]),
    [
      ["400", "a"],
      ["403", "b"],
      ["429", "c"],
    ],
  );
});

test("refusals that differ only in their values are one", () => {
  const documents = ["'x' in document 1", "'y' in document 22", "other"].map((message) => ({ code: "400", message }));
  assert.deepEqual(
    groupRefusals(documents).map((one) => one.count),
    [2, 1],
  );
});

function bucketOf(objects: Readonly<Record<string, string>>, now: number): { buckets: BucketsPort; listed: string[] } {
  const listed: string[] = [];
  const buckets = {
    listKeys: (_name: string, prefix: string, token?: string) => {
      listed.push(prefix);
      const keys = Object.keys(objects).filter((key) => key.startsWith(prefix));
      const from = Number(token ?? 0);
      const items = keys.slice(from, from + 1).map((key) => ({ key, size: 1, modified: new Date(now - 60_000) }));
      return Promise.resolve({ items, ...(from + 1 < keys.length ? { nextToken: String(from + 1) } : {}) });
    },
    getText: (_name: string, key: string) => Promise.resolve(objects[key] ?? ""),
  } as unknown as BucketsPort;
  return { buckets, listed };
}

const now = Date.UTC(2026, 10, 28, 1);

test("failed documents are found in every spelling of their folder, of today and yesterday, over all pages", async () => {
  const { buckets } = bucketOf(
    {
      "p/AmazonOpenSearchService_failed/2026/11/28/00/one": line("400", "a"),
      "p/AmazonOpenSearchService_failed/2026/11/28/01/two": line("400", "a"),
      "p/elasticsearch-failed/2026/11/27/23/three": line("400", "a"),
      "p/elasticsearch-failed/2026/11/20/23/old": line("400", "a"),
      "p/2026/11/28/00/delivered": "{}",
    },
    now,
  );
  const found = await findFailed(buckets, "bucket", "p/", now);
  assert.equal(found?.keys.length, 3);
  assert.equal(found.documents.length, 3);
  assert.equal(await findFailed(buckets, "bucket", "elsewhere/", now), undefined);
});

test("with expressions in the prefix only what stands before them is listed", async () => {
  const { buckets, listed } = bucketOf({ "errors/x/http-endpoint-failed/2026/one": line("500", "a") }, now);
  const found = await findFailed(buckets, "bucket", "errors/!{firehose:random-string}/!{firehose:error-output-type}/", now);
  assert.deepEqual([listed, found?.keys.length], [["errors/"], 1]);
});

const mappingCases: readonly (readonly [string, object, readonly (readonly [string, boolean])[]])[] = [
  ["the template's own types", { TimeCreated: { type: "date" }, EventId: { type: "long" }, Description: { type: "text" } }, []],
  ["what the engine makes of texts by itself", { LogName: { type: "text", fields: { keyword: { type: "keyword" } } } }, []],
  ["other numbers", { EventId: { type: "integer" }, Index: { type: "float" } }, []],
  ["a number as a date", { EventId: { type: "date" } }, [["EventId", true]]],
  ["a text as a number", { Description: { type: "long" } }, [["Description", true]]],
  ["the time as a text", { TimeCreated: { type: "keyword" } }, [["TimeCreated", false]]],
  ["a number as a text", { EventId: { type: "keyword" } }, []],
];
for (const [what, properties, expected] of mappingCases) {
  test(`mapping: ${what}`, () => {
    const found = misfits({
      "x-2026-01-01": { mappings: { properties: { EventId: { type: "date" } } } },
      "x-2026-01-02": { mappings: { properties } },
    });
    assert.deepEqual(
      found.map((one) => [one.field, one.refuses]),
      expected,
    );
  });
}

test("a verdict without a fault says what could not be asked, or what is left", () => {
  const silent = { hop: "index", state: "silent", text: "No event has ever arrived.", evidence: [] } as const;
  const unknown = { hop: "sessions", state: "unknown", text: "not asked", evidence: [] } as const;
  const base = { stream: "s", region: "r", arrives: false };
  assert.match(verdictText({ ...base, findings: [silent, unknown] }), /1 steps could not/);
  assert.match(verdictText({ ...base, findings: [silent] }), /on this side of the instances/);
});
