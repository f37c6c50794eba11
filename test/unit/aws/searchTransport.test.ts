import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SearchTarget } from "../../../src/core/aws/ports";
import type { AppError } from "../../../src/core/errors";
import { createClientOptions } from "../../../src/aws/clientOptions";
import { createSearchTransport } from "../../../src/aws/searchTransport";
import { startStub, type StubAnswer, type StubRequest } from "./stub";

const options = createClientOptions(
  { kind: "sandbox", region: "eu-central-1", epoch: 1, credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" } },
  {},
);

async function withStub(
  answer: (request: StubRequest) => StubAnswer | "hang",
  target: Partial<SearchTarget>,
  use: (transport: ReturnType<typeof createSearchTransport>, requests: readonly StubRequest[]) => Promise<void>,
): Promise<void> {
  const stub = await startStub(answer);
  try {
    const endpoint = `${stub.endpoint.replace("http://", "")}/domain/demo`;
    await use(createSearchTransport(options, { endpoint, region: "eu-west-1", access: { kind: "sigv4" }, ...target }), stub.requests);
  } finally {
    await stub.close();
  }
}

test("a signed request names service es, the domain's Region and the hash of its body, below the path of the endpoint", async () => {
  await withStub(
    () => ({ body: { took: 1 } }),
    { hostOverride: "search-demo.eu-west-1.es.amazonaws.com" },
    async (transport, requests) => {
      const body = '{"query":{}}';
      const answer = await transport.send({ method: "POST", path: "/logs-%2a/_search", query: { size: "10", q: "a b*" }, body });
      assert.deepEqual([answer.status, answer.body], [200, '{"took":1}']);
      const [request] = requests;
      assert.equal(request?.url, "/domain/demo/logs-%2a/_search?size=10&q=a%20b%2A");
      assert.equal(request.body, body);
      const { headers } = request;
      assert.equal(headers.host, "search-demo.eu-west-1.es.amazonaws.com");
      assert.equal(headers["x-amz-content-sha256"], createHash("sha256").update(body).digest("hex"));
      assert.match(
        headers.authorization ?? "",
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/es\/aws4_request, SignedHeaders=[a-z0-9;-]*host;[a-z0-9;-]+, Signature=[0-9a-f]{64}$/,
      );
    },
  );
});

test("unsigned sends no Authorization at all, and basic the encoded pair", async () => {
  for (const [access, expected] of [
    [{ kind: "unsigned" }, undefined],
    [{ kind: "basic", user: "admin", password: "p:w" }, `Basic ${Buffer.from("admin:p:w").toString("base64")}`],
  ] as const) {
    await withStub(
      () => ({ body: {} }),
      { access },
      async (transport, requests) => {
        await transport.send({ method: "GET", path: "/" });
        assert.equal(requests[0]?.headers.authorization, expected);
      },
    );
  }
});

test("any status is an answer", async () => {
  await withStub(
    () => ({ status: 429, headers: { "Retry-After": "1" }, body: "slow down" }),
    {},
    async (transport) => {
      const answer = await transport.send({ method: "GET", path: "/" });
      assert.deepEqual([answer.status, answer.headers["retry-after"], answer.body], [429, "1", "slow down"]);
    },
  );
});

test("a zipped answer is unzipped", async () => {
  const server = createServer((_, outgoing) => {
    outgoing.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("a long answer"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = createSearchTransport(options, { endpoint, region: "eu-west-1", access: { kind: "unsigned" } });
  assert.equal((await transport.send({ method: "GET", path: "/" })).body, "a long answer");
  server.closeAllConnections();
  server.close();
});

test("a stop ends an open request as an abort, silence as a network error", async () => {
  await withStub(
    () => "hang",
    {},
    async (transport) => {
      const controller = new AbortController();
      const stopped = transport.send({ method: "GET", path: "/" }, controller.signal);
      controller.abort();
      await assert.rejects(stopped, { name: "AbortError" });
      await assert.rejects(
        transport.send({ method: "GET", path: "/", timeoutMs: 50 }),
        (error: AppError) => error.reason === "network" && /did not answer/.test(error.message),
      );
    },
  );
});

test("a domain that nobody answers for is a network error with advice", async () => {
  const stub = await startStub(() => "hang");
  await stub.close();
  const transport = createSearchTransport(options, {
    endpoint: stub.endpoint,
    region: "eu-west-1",
    access: { kind: "unsigned" },
  });
  await assert.rejects(
    transport.send({ method: "GET", path: "/" }),
    (error: AppError) => error.reason === "network" && error.next !== undefined,
  );
});
