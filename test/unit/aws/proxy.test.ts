import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { proxyFor } from "../../../src/aws/proxy";
import { createSearchTransport } from "../../../src/aws/searchTransport";
import type { SearchAnswer } from "../../../src/core/aws/ports";
import { AppError } from "../../../src/core/errors";
import { authorityFile, hiddenHost, proxiedNetwork, type ProxiedNetwork } from "../../fakes/proxiedNetwork";

const server = createServer((_, outgoing) => {
  outgoing.end('{"ok":true}');
});
let network: ProxiedNetwork;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  network = await proxiedNetwork(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

after(() => {
  network.stop();
  server.closeAllConnections();
  server.close();
});

function sender(environment: Readonly<Record<string, string>>): () => Promise<SearchAnswer> {
  const refuse = (): Promise<never> => Promise.reject(new Error("no credentials are needed"));
  const transport = createSearchTransport(
    {
      connection: { kind: "aws", region: "eu-west-1", epoch: 0 },
      credentials: Object.assign(refuse, { memoized: true as const, forget: () => undefined }),
      proxies: environment,
    },
    {
      endpoint: hiddenHost,
      region: "eu-west-1",
      access: { kind: "unsigned" },
      certificateAuthority: readFileSync(authorityFile, "utf8"),
    },
  );
  return () => transport.send({ method: "GET", path: "/" });
}

const withUser = (): string => network.proxy.replace("http://", "http://ada:p%40ss%3Aword@");

test("a domain is reached through the proxy that HTTPS_PROXY names, encrypted to its own certificate; one tunnel serves several requests", async () => {
  const send = sender({ HTTPS_PROXY: withUser() });
  assert.deepEqual([(await send()).body, (await send()).status], ['{"ok":true}', 200]);
  assert.deepEqual(network.asked, [`${hiddenHost}:443`]);
  assert.deepEqual(network.authorizations, [`Basic ${Buffer.from("ada:p@ss:word").toString("base64")}`]);
  assert.deepEqual([...network.hosts], [hiddenHost]);
});

test("what the proxy refuses is told with its reason, without its password", async () => {
  for (const [status, message, next] of [
    [407, /^The proxy 127\.0\.0\.1:\d+ wants another user or password\./, /USER:PASSWORD@HOST/],
    [403, /does not connect to search-demo\.eu-west-1\.es\.amazonaws\.com:443: it answers 403/, /NO_PROXY/],
    [502, /it answers 502/, /NO_PROXY/],
  ] as const) {
    network.refuse(status);
    await assert.rejects(sender({ https_proxy: withUser() })(), (error: AppError) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.reason, "network");
      assert.match(error.message, message);
      assert.match(error.next ?? "", next);
      assert.ok(!`${error.message}${error.next ?? ""}`.includes("word@"));
      return true;
    });
  }
  network.refuse(200);
  await assert.rejects(
    sender({ HTTPS_PROXY: "http://127.0.0.1:9" })(),
    (error: AppError) =>
      /^The proxy 127\.0\.0\.1:9 could not be reached: ECONNREFUSED/.test(error.message) && /HTTPS_PROXY/.test(error.next ?? ""),
  );
  await assert.rejects(sender({ HTTPS_PROXY: "socks5://secret:word@x" })(), (error: AppError) => {
    assert.ok(error.reason === "invalidInput" && !`${error.message}${error.next ?? ""}`.includes("word@"));
    return true;
  });
});

for (const [name, variables, host, expected] of [
  ["no variable", {}, "a.example", undefined],
  ["an empty variable", { HTTPS_PROXY: "" }, "a.example", undefined],
  ["without a scheme it is http", { HTTPS_PROXY: "proxy:3128" }, "a.example", "http://proxy:3128/"],
  ["the small letters go first", { https_proxy: "http://small:1", HTTPS_PROXY: "http://large:1" }, "a.example", "http://small:1/"],
  ["the plain variable is for plain addresses", { HTTP_PROXY: "http://proxy:1" }, "a.example", undefined],
  ["this machine", { HTTPS_PROXY: "http://proxy:1" }, "127.0.0.1", undefined],
  ["exempt by name", { HTTPS_PROXY: "http://proxy:1", NO_PROXY: "b.example, a.example" }, "a.example", undefined],
  ["exempt below a name", { HTTPS_PROXY: "http://proxy:1", NO_PROXY: "example" }, "a.example", undefined],
  ["exempt below a name with a dot", { HTTPS_PROXY: "http://proxy:1", no_proxy: ".Example" }, "a.example", undefined],
  ["exempt below a name with a star", { HTTPS_PROXY: "http://proxy:1", no_proxy: "*.example" }, "a.example", undefined],
  ["another name that ends alike", { HTTPS_PROXY: "http://proxy:1", NO_PROXY: "ample" }, "a.example", "http://proxy:1/"],
  ["exempt at this port", { HTTPS_PROXY: "http://proxy:1", NO_PROXY: "a.example:443" }, "a.example", undefined],
  ["exempt at another port", { HTTPS_PROXY: "http://proxy:1", NO_PROXY: "a.example:9200" }, "a.example", "http://proxy:1/"],
  ["everything is exempt", { HTTPS_PROXY: "http://proxy:1", NO_PROXY: "*" }, "a.example", undefined],
] as const) {
  test(`proxy variables: ${name}`, () => {
    assert.equal(proxyFor(host, 443, variables as Readonly<Record<string, string>>)?.href, expected);
  });
}
