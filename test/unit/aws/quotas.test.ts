import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createAws } from "../../../src/aws/createAws";
import type { Aws } from "../../../src/core/aws/ports";
import { isAbort, type AppError } from "../../../src/core/errors";
import { startStub, type Stub, type StubAnswer, type StubRequest } from "./stub";

let stub: Stub | undefined;

afterEach(async () => {
  await stub?.close();
  stub = undefined;
});

async function awsWith(answer: (request: StubRequest, count: number) => StubAnswer | "hang"): Promise<Aws> {
  stub = await startStub(answer);
  const credentials = { accessKeyId: "AKID", secretAccessKey: "SECRET" };
  return createAws({ kind: "aws", region: "eu-west-1", endpoint: stub.endpoint, credentials, epoch: 1 });
}

const quota = (name: string, value: number): object => ({ QuotaName: name, QuotaCode: "L-1", Value: value });
const failure = (name: string, message: string, status = 400): StubAnswer => ({ status, body: { __type: name, message } });

test("every page of a service's quotas is read, signed and with our name", async () => {
  const aws = await awsWith(({ input }) => ({
    body: input["NextToken"] === "2" ? { Quotas: [quota("B", 2)] } : { Quotas: [quota("A", 1), { QuotaName: "no value" }], NextToken: "2" },
  }));
  assert.deepEqual(await aws.quotas.list("appstream2"), [
    { name: "A", code: "L-1", value: 1 },
    { name: "B", code: "L-1", value: 2 },
  ]);
  const [first] = stub?.requests ?? [];
  assert.deepEqual(first?.input, { ServiceCode: "appstream2", MaxResults: 100 });
  assert.equal(first.headers["x-amz-target"], "ServiceQuotasV20190624.ListServiceQuotas");
  assert.match(first.headers.authorization ?? "", /Credential=AKID\/\d+\/eu-west-1\/servicequotas\/aws4_request/);
  assert.equal(first.headers["user-agent"], "appstream-monitor");
});

test("a service that asks to slow down is asked again", async () => {
  const aws = await awsWith((_request, count) =>
    count < 3 ? failure("com.amazon.coral#TooManyRequestsException", "Rate exceeded") : { body: { Quotas: [quota("A", 1)] } },
  );
  assert.equal((await aws.quotas.list("appstream2")).length, 1);
  assert.equal(stub?.requests.length, 3);
});

for (const [what, answer, reason, text] of [
  [
    "a right that is missing",
    failure("AccessDeniedException", "not authorized to perform: servicequotas:ListServiceQuotas"),
    "accessDenied",
    /ListServiceQuotas/,
  ],
  [
    "expired credentials",
    failure("ExpiredTokenException", "The security token included in the request is expired"),
    "expiredCredentials",
    /expired/,
  ],
  ["a page of a proxy", { status: 502, body: "<html>Bad Gateway</html>" }, undefined, /Bad Gateway/],
] as const) {
  test(`${what} is our error`, async () => {
    const aws = await awsWith(() => answer);
    await assert.rejects(aws.quotas.list("appstream2"), (thrown: AppError) => {
      assert.match(thrown.message, text);
      assert.ok(reason === undefined || thrown.reason === reason, thrown.reason);
      return true;
    });
  });
}

test("a stopped call ends silently", async () => {
  const aws = await awsWith(() => "hang");
  const controller = new AbortController();
  const asked = aws.quotas.list("appstream2", controller.signal);
  setTimeout(() => {
    controller.abort();
  }, 50);
  await assert.rejects(asked, isAbort);
});
