import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer as createSecureServer } from "node:https";
import { join } from "node:path";
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

test("a token that has expired is read anew, and the request sent once more", async () => {
  const keys = ["AKIDOLD", "AKIDNEW"];
  let forgotten = 0;
  const read = async () => ({ accessKeyId: keys[forgotten] ?? "", secretAccessKey: "secret", sessionToken: `token${forgotten}` });
  const credentials = Object.assign(read, { memoized: true as const, forget: () => void forgotten++ });
  const stub = await startStub(({ headers }) =>
    headers["x-amz-security-token"] === "token1"
      ? { body: { took: 1 } }
      : { status: 403, body: { message: "The security token included in the request is expired" } },
  );
  const target: SearchTarget = { endpoint: stub.endpoint, region: "eu-west-1", access: { kind: "sigv4" } };
  const transport = createSearchTransport({ connection: options.connection, credentials }, target);
  const answer = await transport.send({ method: "POST", path: "/_msearch", body: "{}\n" });
  await stub.close();
  assert.deepEqual([answer.status, forgotten, stub.requests.length], [200, 1, 2]);
  assert.match(stub.requests[1]?.headers.authorization ?? "", /Credential=AKIDNEW/);
});

test("a wrong clock is set right by the domain's own, for the requests that follow, too", async () => {
  const dates: string[] = [];
  await withStub(
    ({ headers }) => {
      dates.push(String(headers["x-amz-date"]).slice(0, 8));
      const late = dates.length === 1;
      return late
        ? {
            status: 403,
            headers: { Date: "Mon, 02 Mar 2020 12:00:00 GMT" },
            body: { message: "Signature expired: 20261128T120000Z is now earlier than 20200302T115500Z" },
          }
        : { body: {} };
    },
    {},
    async (transport) => {
      assert.equal((await transport.send({ method: "GET", path: "/" })).status, 200);
      assert.equal((await transport.send({ method: "GET", path: "/" })).status, 200);
      assert.deepEqual(dates.slice(1), ["20200302", "20200302"]);
    },
  );
});

test("through a tunnel the certificate is checked for the domain's own name, by an authority of one's own", async () => {
  const folder = join(process.cwd(), "test", "fixtures", "tls");
  const file = (name: string): string => readFileSync(join(folder, name), "utf8");
  const hosts: (string | undefined)[] = [];
  const server = createSecureServer({ cert: file("domain.pem"), key: file("domain.key") }, (incoming, outgoing) => {
    hosts.push(incoming.headers.host);
    outgoing.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const host = "search-demo.eu-west-1.es.amazonaws.com";
  const send = (more: Partial<SearchTarget>): Promise<unknown> =>
    createSearchTransport(options, { endpoint, region: "eu-west-1", access: { kind: "sigv4" }, ...more }).send({
      method: "GET",
      path: "/",
    });
  await assert.rejects(send({ hostOverride: host }), (error: AppError) => /give the authority's certificate/.test(error.next ?? ""));
  await assert.rejects(
    send({ certificateAuthority: file("ca.pem") }),
    (error: AppError) => error.code === "ERR_TLS_CERT_ALTNAME_INVALID" && /own host name/.test(error.next ?? ""),
  );
  await send({ hostOverride: host, certificateAuthority: file("ca.pem") });
  assert.deepEqual(hosts, [host]);
  server.closeAllConnections();
  server.close();
});

test("a stop ends a request that is under way within 200 ms", async () => {
  await withStub(
    () => "hang",
    {},
    async (transport) => {
      const controller = new AbortController();
      const sent = transport.send({ method: "GET", path: "/" }, controller.signal);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const stopped = performance.now();
      controller.abort();
      await assert.rejects(sent, { name: "AbortError" });
      assert.ok(performance.now() - stopped < 200);
    },
  );
});
