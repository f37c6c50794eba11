import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createClientOptions } from "../../../src/aws/clientOptions";
import { createPrices } from "../../../src/aws/prices";
import type { PricesPort } from "../../../src/core/aws/ports";
import { isAbort, type AppError } from "../../../src/core/errors";
import { startStub, type Stub, type StubAnswer, type StubRequest } from "./stub";

let stub: Stub | undefined;

afterEach(async () => {
  await stub?.close();
  stub = undefined;
});

async function pricesWith(
  region: string,
  answer: (request: StubRequest, count: number) => StubAnswer | "hang",
  patience?: number,
): Promise<PricesPort> {
  stub = await startStub(answer);
  const credentials = { accessKeyId: "AKID", secretAccessKey: "SECRET" };
  return createPrices(createClientOptions({ kind: "aws", region, endpoint: stub.endpoint, credentials, epoch: 1 }, {}), patience);
}

const product = (usd: string, more: object = {}): string =>
  JSON.stringify({
    product: { productFamily: "F", attributes: { usagetype: "U" } },
    publicationDate: "2026-11-20T10:00:00Z",
    terms: {
      OnDemand: { a: { priceDimensions: { b: { unit: "Hrs", beginRange: "0", pricePerUnit: { USD: usd }, ...more } } } },
      Reserved: { a: { priceDimensions: { b: { unit: "Quantity", pricePerUnit: { USD: "999" } } } } },
    },
  });

test("all pages are read, on-demand dollars only", async () => {
  const prices = await pricesWith("eu-west-1", ({ input }) => ({
    body:
      input["NextToken"] === "2"
        ? { PriceList: [product("0.2", { beginRange: "10" }), product("", { pricePerUnit: { CNY: "1" } }), "{}"] }
        : { PriceList: [product("0.1")], NextToken: "2" },
  }));
  const found = await prices.list({ service: "AmazonES", region: "eu-west-1", attributes: { instanceType: "x" }, usage: "U" });
  const common = { attributes: { usagetype: "U", productFamily: "F" }, unit: "Hrs", published: "2026-11-20" };
  assert.deepEqual(found, [
    { ...common, usd: 0.1, from: 0 },
    { ...common, usd: 0.2, from: 10 },
  ]);
  const [first] = stub?.requests ?? [];
  assert.equal(first?.headers["x-amz-target"], "AWSPriceListService.GetProducts");
  assert.deepEqual(first.input, {
    ServiceCode: "AmazonES",
    Filters: [
      { Type: "TERM_MATCH", Field: "regionCode", Value: "eu-west-1" },
      { Type: "TERM_MATCH", Field: "instanceType", Value: "x" },
      { Type: "CONTAINS", Field: "usagetype", Value: "U" },
    ],
    FormatVersion: "aws_v1",
    MaxResults: 100,
  });
});

for (const [region, home] of [
  ["us-west-2", "us-east-1"],
  ["sa-east-1", "us-east-1"],
  ["eu-north-1", "eu-central-1"],
  ["af-south-1", "eu-central-1"],
  ["ap-northeast-1", "ap-south-1"],
] as const) {
  test(`the list of ${region} is asked for in ${home}`, async () => {
    const prices = await pricesWith(region, () => ({ body: { PriceList: [] } }));
    assert.deepEqual(await prices.list({ service: "AmazonS3", region, attributes: {} }), []);
    assert.match(stub?.requests[0]?.headers.authorization ?? "", new RegExp(`/${home}/pricing/aws4_request`));
  });
}

for (const region of ["cn-north-1", "us-gov-west-1", "eusc-de-east-1"]) {
  test(`${region} has no list, and none is asked for`, async () => {
    const prices = await pricesWith(region, () => ({ body: {} }));
    await assert.rejects(prices.list({ service: "AmazonS3", region, attributes: {} }), (thrown: AppError) => thrown.reason === "notFound");
    assert.equal(stub?.requests.length, 0);
  });
}

test("a list that does not answer is given up; a stop is a stop", async () => {
  const prices = await pricesWith("us-east-1", () => "hang", 50);
  const asked = { service: "AmazonS3", region: "us-east-1", attributes: {} };
  await assert.rejects(prices.list(asked), (thrown: AppError) => thrown.reason === "network" && /did not answer/.test(thrown.message));
  await assert.rejects(prices.list(asked, AbortSignal.abort()), isAbort);
});
