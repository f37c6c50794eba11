import assert from "node:assert/strict";
import { test } from "node:test";
import type { PriceOffer, PriceQuestion } from "../../../../src/core/aws/ports";
import { abortError } from "../../../../src/core/clock";
import { AppError, isAbort } from "../../../../src/core/errors";
import { billingText, costNote, costSource, priceText, readCosts, type Costs } from "../../../../src/core/pipeline/cost";
import { parseDefinition } from "../../../../src/core/pipeline/parse";

type Answer = (asked: PriceQuestion) => readonly PriceOffer[];

async function costsOf(more: object, answer: Answer): Promise<Costs> {
  const base = { version: 1, name: "demo", region: "eu-west-1", preset: "recommended" };
  const { definition, problems } = parseDefinition(JSON.stringify({ ...base, ...more }));
  assert.ok(definition, problems.map(({ message }) => message).join());
  return readCosts({ list: (asked) => Promise.resolve().then(() => answer(asked)) }, definition);
}

const offer = (attributes: Record<string, string>, usd: number, more: Partial<PriceOffer> = {}): PriceOffer => ({
  ...{ attributes, usd, unit: "Hrs", from: 0, published: "2026-11-20" },
  ...more,
});
const rowOf = ({ rows }: Costs, start: string): Costs["rows"][number] => {
  const found = rows.find(({ item }) => item.startsWith(start));
  assert.ok(found, `${start} among ${rows.map(({ item }) => item).join("; ")}`);
  return found;
};
const tutorial = { preset: "tutorial", allowedAddresses: ["203.0.113.7/32"] };
const onDemand = { fleet: { type: "ON_DEMAND", desiredInstances: 2 } };

test("each question goes to the service and Region that bill, and each once", async () => {
  const asked: string[] = [];
  await costsOf({ ...tutorial, ...onDemand }, (question) => {
    asked.push(JSON.stringify(question));
    return [];
  });
  const wanted = (service: string, attributes: object, usage?: string): string =>
    JSON.stringify({ service, attributes, ...(usage === undefined ? {} : { usage }), region: "eu-west-1" });
  assert.deepEqual(asked.sort(), [
    wanted("AmazonAppStream", { instanceFunction: "StoppedFleetInstance" }),
    wanted("AmazonAppStream", { instanceType: "stream.standard.medium" }),
    wanted("AmazonAppStream", { productFamily: "User Fees" }),
    wanted("AmazonCloudWatch", { productFamily: "Data Payload" }, "DataProcessing-Bytes"),
    wanted("AmazonES", { instanceType: "t2.medium.search" }),
    wanted("AmazonES", { productFamily: "Amazon OpenSearch Service Volume" }),
    wanted("AmazonES", {}, "OpenSearchExtendedSupport"),
    wanted("AmazonKinesisFirehose", { group: "Event-by-Event Processing" }),
    wanted("AmazonS3", { productFamily: "Storage", volumeType: "Standard" }),
    wanted("AmazonVPC", { group: "VPCPublicIPv4Address" }),
  ]);
});

test("of the offers the one that is meant counts, in its first tier", async () => {
  const stream = (instanceFunction: string, operatingSystem: string, usd: number): PriceOffer =>
    offer({ instanceFunction, operatingSystem }, usd, { unit: "hour" });
  const volume = (usagetype: string, usd: number): PriceOffer => offer({ usagetype }, usd, { unit: "GB-Mo" });
  const costs = await costsOf({ fleet: { type: "ALWAYS_ON", desiredInstances: 3 } }, ({ service, attributes }) => {
    if (service === "AmazonES") {
      return attributes["instanceType"] === undefined
        ? [volume("EU-ES:GP2-Storage", 0.149), volume("EU-ES:GP3-Storage", 0.1342)]
        : [offer({ productFamily: "Amazon OpenSearch Service Instance" }, 0.078)];
    }
    if (service === "AmazonAppStream" && attributes["instanceType"] !== undefined) {
      return [
        stream("Fleet", "Windows", 0.13),
        stream("Fleet", "Windows BYOL", 0.11),
        stream("MultiSessionFleet", "Windows", 0.132),
        stream("ImageBuilder", "Windows", 0.12),
      ];
    }
    return service === "AmazonKinesisFirehose"
      ? [offer({}, 0.031, { unit: "GB" }), offer({}, 0.027, { from: 512_000 }), offer({ sourcetype: "MSK" }, 0.06)]
      : [];
  });
  const numbers = (start: string): readonly unknown[] => {
    const { price, perHour, perMonth } = rowOf(costs, start);
    return [price?.usd, price?.isListed, perHour, perMonth === undefined ? undefined : Number(perMonth.toFixed(2))];
  };
  assert.deepEqual(numbers("Domain: 2 × t3.medium.search"), [0.078, true, 0.156, 113.88]);
  assert.equal(rowOf(costs, "Domain: 2 ×").price?.region, "eu-west-1");
  assert.equal(rowOf(costs, "Domain: 40 GiB gp3").price?.usd, 0.1342);
  assert.deepEqual(numbers("Fleet: 3 × stream.standard.medium").slice(0, 3), [0.13, true, 0.39]);
  assert.deepEqual(numbers("Image builder"), [0.12, true, 0.12, undefined]);
  assert.deepEqual(numbers("Delivery stream"), [0.031, true, undefined, undefined]);
  assert.equal(priceText(rowOf(costs, "Delivery stream")), "0.031 USD per GB");
  assert.equal(
    costSource(rowOf(costs, "Delivery stream")),
    "AWS price list of 2026-11-20 for eu-west-1: https://aws.amazon.com/firehose/pricing/",
  );
  assert.match(billingText(costs), /^Billed each hour from now on: Domain: 2 × t3\.medium\.search \(0\.156 USD\), Fleet: 3 × /);
  assert.doesNotMatch(billingText(costs), /Image builder/);
});

test("what the list does not have is the noted price of us-east-1, and says so", async () => {
  const costs = await costsOf({}, ({ service }) =>
    service === "AmazonS3" ? [offer({ usagetype: "EU-TimedStorage-ByteHrs" }, 0.024)] : [],
  );
  assert.equal(costs.problem, undefined);
  assert.equal(rowOf(costs, "Bucket").price?.isListed, true);
  assert.deepEqual(rowOf(costs, "Domain: 2 ×").price, { usd: 0.073, region: "us-east-1", date: "2026-10", isListed: false });
  assert.match(costSource(rowOf(costs, "Domain: 2 ×")), /^noted in 2026-10 for us-east-1: https:/);
  assert.match(costNote(costs), /Prices noted for us-east-1 are those of the month given/);
});

test("a type without a price is left to the price page", async () => {
  const row = rowOf(await costsOf({ domain: { instanceType: "r6g.large.search" } }, () => []), "Domain: 2 × r6g");
  assert.deepEqual([row.price, row.perHour, priceText(row)], [undefined, undefined, ""]);
  assert.match(row.note, /See the price page/);
  assert.equal(costSource(row), "https://aws.amazon.com/opensearch-service/pricing/");
});

test("offers that contradict each other are as good as none", async () => {
  const twice = [0.08, 0.09].map((usd) => offer({ productFamily: "Amazon OpenSearch Service Instance" }, usd));
  const costs = await costsOf({}, ({ service }) => (service === "AmazonES" ? twice : []));
  assert.equal(rowOf(costs, "Domain: 2 ×").price?.isListed, false);
});

test("a question that is refused costs nothing but its own prices, and is told", async () => {
  const costs = await costsOf({}, ({ service }) => {
    if (service === "AmazonES") {
      throw new AppError("accessDenied", "not authorized: pricing:GetProducts");
    }
    return service === "AmazonS3" ? [offer({ usagetype: "TimedStorage-ByteHrs" }, 0.024)] : [];
  });
  assert.equal(rowOf(costs, "Bucket").price?.isListed, true);
  assert.equal(rowOf(costs, "Domain: 2 ×").price?.isListed, false);
  assert.match(costNote(costs), /price list was not read, or not all of it: not authorized: pricing:GetProducts/);
});

for (const [what, thrown] of [
  ["a stop", abortError()],
  ["missing credentials", new AppError("expiredCredentials", "expired")],
] as const) {
  test(`${what} ends the reading`, async () => {
    await assert.rejects(
      costsOf({}, () => {
        throw thrown;
      }),
      (error) => (isAbort(thrown) ? isAbort(error) : error === thrown),
    );
  });
}

test("an idle on-demand fleet bills its fee, in use its whole price", async () => {
  const costs = await costsOf(onDemand, () => []);
  assert.equal(rowOf(costs, "Fleet: 2 × stream.standard.medium, nobody connected").perHour, 0.05);
  assert.equal(rowOf(costs, "Fleet: 2 × stream.standard.medium, all in use").perHour, 0.2);
  assert.match(billingText(costs), /nobody connected \(0\.050 USD\)/);
  assert.doesNotMatch(billingText(costs), /all in use/);
});

test("what exists already is not counted", async () => {
  const existing = { existing: { stream: "stream", image: "image" } };
  assert.deepEqual(
    (await costsOf(existing, () => [])).rows.map(({ item }) => item.replace(/ .*/, "")),
    ["Fleet:", "Fleet:", "Public", "User"],
  );
});
