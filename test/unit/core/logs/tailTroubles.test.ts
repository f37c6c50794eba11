import assert from "node:assert/strict";
import { test } from "node:test";
import type { SearchAnswer, SearchRequest } from "../../../../src/core/aws/ports";
import { AppError } from "../../../../src/core/errors";
import { answer, type SearchServer } from "../../../fakes/searchServer";
import { randomFrom } from "../../../fakes/random";
import { assertShownOnce, index, numbered, startTime, tailing, type Tailing } from "./tailing";

const seeds = [11, 12, 13];

function denied(reason: string): SearchAnswer {
  return answer(403, { message: reason });
}

/** Writes an event every 200 ms for so long, then waits until all of it must have been shown. */
async function write({ server, clock }: Tailing, random: () => number, seconds: number): Promise<string[]> {
  const ids: string[] = [];
  for (let tick = 0; tick < 5 * seconds; tick++) {
    const id = `w${ids.length}`;
    ids.push(id);
    server.add(index, Math.floor(random() * 2), { id, source: {}, visible: clock.now() + random() * 1500 });
    await clock.advance(200);
  }
  return ids;
}

for (const seed of seeds) {
  const random = randomFrom(seed);

  test(`an expired token in the middle of a page is waited out: nothing repeated, nothing lost, seed ${seed}`, () =>
    tailing({ shards: 2 }, async (tail) => {
      const { server, clock, notices, texts } = tail;
      const begin = startTime + 5000 + random() * 5000;
      server.intercept = () =>
        clock.now() > begin && clock.now() < begin + 40_000 ? denied("The security token included in the request is expired") : undefined;
      const ids = await write(tail, random, 60);
      await clock.advance(30_000);
      assertShownOnce(tail.ids(), ids);
      assert.deepEqual(notices, ["signIn", "resumed"]);
      assert.match(texts[0] ?? "", /expired.*Sign in again/);
    }));

  test(`credentials that cannot be renewed for a while keep the tail's place, seed ${seed}`, () =>
    tailing({ shards: 2 }, async (tail) => {
      const { server, clock, notices } = tail;
      const begin = startTime + 5000 + random() * 5000;
      const inner = server.send.bind(server);
      server.send = (request) =>
        clock.now() > begin && clock.now() < begin + 3_600_000
          ? Promise.reject(new AppError("expiredCredentials", "The sign-in has expired."))
          : inner(request);
      const ids = await write(tail, random, 20);
      await clock.advance(3_660_000);
      assertShownOnce(tail.ids(), ids);
      assert.deepEqual(notices, ["signIn", "resumed"]);
    }));

  test(`403 for too many requests is overload, not a question of rights, seed ${seed}`, () =>
    tailing({ shards: 2 }, async (tail) => {
      const { server, clock, notices } = tail;
      server.intercept = () => (random() < 0.4 ? denied("Request throttled due to too many requests") : undefined);
      const ids = await write(tail, random, 40);
      server.intercept = undefined;
      await clock.advance(60_000);
      assertShownOnce(tail.ids(), ids);
      assert.ok(notices.every((code) => code === "reconnecting" || code === "resumed"));
    }));

  for (const [what, spoil] of [
    ["cut in the middle", ({ body }: SearchAnswer) => answer(200, body.slice(0, Math.floor(body.length * random())))],
    ["replaced by a proxy's page", () => answer(200, "<html>Please wait</html>")],
    ["marked as timed out", ({ body }: SearchAnswer) => answer(200, body.replaceAll('"timed_out":false', '"timed_out":true'))],
    ["those of a shard without copies", ({ body }: SearchAnswer) => answer(200, body.replaceAll('"successful":1', '"successful":0'))],
  ] as const) {
    test(`answers ${what} are thrown away whole, seed ${seed}`, () =>
      tailing({ shards: 2 }, async (tail) => {
        const { server, clock } = tail;
        const inner = server.send.bind(server);
        let spoiled = 0;
        server.send = async (request) => {
          const good = await inner(request);
          if (request.path !== "/_msearch" || random() > 0.3) {
            return good;
          }
          spoiled++;
          return spoil(good);
        };
        const ids = await write(tail, random, 40);
        server.send = inner;
        await clock.advance(120_000);
        assertShownOnce(tail.ids(), ids);
        assert.ok(spoiled > 3);
      }));
  }

  test(`a blue/green deployment resets every socket and answers 503 for half a minute: one notice each, seed ${seed}`, () =>
    tailing({ shards: 2 }, async (tail) => {
      const { server, clock, notices, texts } = tail;
      const begin = startTime + 5000 + random() * 5000;
      const inner = server.send.bind(server);
      server.send = (request) => {
        const since = clock.now() - begin;
        if (since < 0 || since > 35_000) {
          return inner(request);
        }
        return since < 5000
          ? Promise.reject(new AppError("network", "search-x could not be reached: ECONNRESET.", { code: "ECONNRESET" }))
          : Promise.resolve(answer(503, "Service Unavailable"));
      };
      const ids = await write(tail, random, 50);
      await clock.advance(60_000);
      assertShownOnce(tail.ids(), ids);
      assert.deepEqual(notices, ["reconnecting", "resumed"]);
      assert.match(texts[1] ?? "", /resumed after \d+ s, no gap/);
    }));

  test(`a user who may only search by GET, index by index, without statistics or settings, sees everything, seed ${seed}`, () =>
    tailing({ shards: 2, prepare: readOnly }, async (tail) => {
      const ids = await write(tail, random, 40);
      await tail.clock.advance(60_000);
      assertShownOnce(tail.ids(), ids);
      assert.deepEqual(tail.notices, []);
    }));
}

/** The restrictive policy of the service's guide: es:ESHttpGet on INDEX/_search and nothing else. */
function readOnly(server: SearchServer): void {
  server.settingsPermitted = false;
  server.intercept = ({ method, path }) => {
    const permitted = method === "GET" && path.endsWith("/_search");
    return permitted || path.endsWith("_settings")
      ? undefined
      : denied(`User: arn:aws:iam::1:user/x is not authorized to perform: es:ESHttp${method === "GET" ? "Get" : "Post"}`);
  };
}

for (const fault of [answer(503, "busy"), answer(200, "<html>"), answer(429, "busy")]) {
  test(`settings that cannot be read at a rotation are asked for again (${fault.status} ${fault.body}): a new index is not taken for an old one`, () =>
    tailing({}, async ({ server, clock, ids, notices }) => {
      await clock.advance(5000);
      let faults = 0;
      server.intercept = ({ path }) => (path.endsWith("/_settings") && faults++ < 3 ? fault : undefined);
      server.create("example-2020-02-01", 1);
      server.add("example-2020-02-01", 0, { id: "a", source: {} });
      await clock.advance(60_000);
      assert.deepEqual(ids(), ["a"]);
      assert.ok(faults > 3);
      assert.deepEqual(notices, ["reconnecting", "resumed", "newIndex"]);
    }));
}

test("an index that cannot be asked at the start is asked again: it is not taken for a new or a restored one", () => {
  const busy = { error: { type: "es_rejected_execution_exception", reason: "busy" }, status: 429 };
  let faults = 0;
  const prepare = (server: SearchServer): void => {
    server.created.set(index, startTime - 86_400_000);
    server.intercept = ({ path, body = "" }) =>
      path === "/_msearch" && body.startsWith(`{"index":"${index}"}`) && faults++ < 3 ? answer(200, { responses: [busy] }) : undefined;
  };
  return tailing({ since: { kind: "all" }, prepare }, async ({ server, clock, ids, notices }) => {
    await clock.advance(30_000);
    server.add(index, 0, { id: "a", source: {} });
    await clock.advance(10_000);
    assert.deepEqual(ids(), ["before", "a"]);
    assert.deepEqual(notices, []);
  });
});

test("of a restored index whose shard is silent no history is shown when it speaks", () =>
  tailing({}, async ({ server, clock, ids }) => {
    const restored = "example-2020-02-01";
    server.create(restored, 2);
    server.created.set(restored, Date.UTC(2020, 1, 1));
    server.add(restored, 0, { id: "old0", source: {} });
    server.add(restored, 1, { id: "old1", source: {} });
    server.shard(restored, 1).failure = "red";
    await clock.advance(60_000);
    delete server.shard(restored, 1).failure;
    await clock.advance(600_000);
    server.add(restored, 0, { id: "new0", source: {} });
    server.add(restored, 1, { id: "new1", source: {} });
    await clock.advance(60_000);
    assertShownOnce(ids(), ["new0", "new1"]);
  }));

test("a new index whose shards cannot be asked yet is announced once, when they can", () =>
  tailing({}, async ({ server, clock, ids, notices }) => {
    await clock.advance(5000);
    const busy = { error: { type: "es_rejected_execution_exception", reason: "busy" }, status: 429 };
    let faults = 0;
    server.intercept = ({ path, body = "" }) =>
      path === "/_msearch" && body.startsWith('{"index":"example-2020-03-03"}') && faults++ < 2
        ? answer(200, { responses: [busy] })
        : undefined;
    server.create("example-2020-03-03", 1);
    server.add("example-2020-03-03", 0, { id: "a", source: {} });
    await clock.advance(60_000);
    assert.deepEqual(ids(), ["a"]);
    assert.equal(faults, 3);
    assert.deepEqual(notices, ["newIndex"]);
  }));

test("Retry-After is kept to, in seconds and as a date", async () => {
  for (const [header, least] of [
    ["20", 20_000],
    [new Date(startTime + 60_000).toUTCString(), 45_000],
  ] as const) {
    await tailing({}, async ({ server, clock }) => {
      await clock.advance(5000);
      const asked: number[] = [];
      server.intercept = () => {
        asked.push(clock.now());
        return asked.length === 1 ? answer(429, "busy", { "retry-after": header }) : undefined;
      };
      await clock.advance(120_000);
      assert.ok((asked[1] ?? 0) - (asked[0] ?? 0) >= least, `${asked.slice(0, 2).join(" ")} for ${header}`);
    });
  }
});

for (const [what, reply, reason, advice] of [
  ["another Region", denied("Credential should be scoped to a valid Region, not 'us-east-1'."), "invalidInput", /Region that is part/],
  [
    "a wrong signature",
    denied("The request signature we calculated does not match the signature you provided."),
    "invalidInput",
    /secret key/,
  ],
  ["a wrong clock", denied("Signature expired: 20200302T120000Z is now earlier than 20200302T121000Z"), "invalidInput", /Set the clock/],
  ["an unknown key", denied("The security token included in the request is invalid."), "notConnected", /another profile/],
  ["an expired token", denied("The security token included in the request is expired"), "expiredCredentials", /Sign in again/],
  ["no signature", denied("User: anonymous is not authorized to perform: es:ESHttpPost"), "accessDenied", /address or your role/],
  ["the policy", denied("User: arn:aws:iam::1:user/x is not authorized to perform: es:ESHttpPost"), "accessDenied", /es:ESHttpGet/],
  [
    "a role that is not mapped",
    answer(403, { error: { type: "security_exception", reason: "no permissions for [indices:data/read/search]" }, status: 403 }),
    "accessDenied",
    /Map the role/,
  ],
  [
    "a role that is mapped, but not for this index",
    answer(200, {
      responses: [
        { error: { type: "security_exception", reason: "no permissions for [indices:data/read/search] and User [name=x]" }, status: 403 },
      ],
    }),
    "accessDenied",
    /Map the role/,
  ],
  ["a wrong password", answer(401, "Unauthorized"), "accessDenied", /password/],
] as const) {
  test(`a domain that refuses because of ${what} ends the start with advice of its own`, () =>
    tailing({ prepare: (server) => (server.intercept = () => reply) }, async ({ clock, failure, server }) => {
      await clock.advance(2000);
      const error = failure();
      assert.ok(error instanceof AppError);
      assert.equal(error.reason, reason);
      assert.match(error.next ?? "", advice);
      assert.ok(server.requests.length <= 5, `${server.requests.length} requests`);
    }));
}

test("an endpoint whose name does not resolve, or whose certificate is not trusted, ends the start at once", async () => {
  for (const code of ["ENOTFOUND", "ERR_TLS_CERT_ALTNAME_INVALID", "SELF_SIGNED_CERT_IN_CHAIN"]) {
    const prepare = (server: SearchServer): void => {
      server.send = () => Promise.reject(new AppError("network", "could not be reached", { code }));
    };
    await tailing({ prepare }, async ({ clock, failure }) => {
      await clock.advance(100);
      const error = failure();
      assert.ok(error instanceof AppError && error.code === code);
    });
  }
});

test("a refusal in the middle of a tail is said once, and the tail goes on when it ends", () =>
  tailing({}, async ({ server, clock, ids, notices }) => {
    await clock.advance(5000);
    server.intercept = () => denied("User: anonymous is not authorized to perform: es:ESHttpPost");
    server.add(index, 0, { id: "a", source: {} });
    await clock.advance(90_000);
    server.intercept = undefined;
    await clock.advance(60_000);
    assert.deepEqual(ids(), ["a"]);
    assert.deepEqual(notices, ["refused", "resumed"]);
  }));

test("a domain that weighs its zones and refuses to search one shard is followed by event time", () =>
  tailing({ prepare: refuseShards }, async ({ server, clock, ids, notices }) => {
    for (const id of numbered("e", 1, 50)) {
      server.add(index, 0, { id, source: { TimeCreated: new Date(clock.now() - 60_000).toISOString() } });
      await clock.advance(1000);
    }
    await clock.advance(10_000);
    assertShownOnce(ids(), numbered("e", 1, 50));
    assert.deepEqual(notices, ["bestEffort"]);
  }));

function refuseShards(server: SearchServer): void {
  const refusal = { error: { type: "preference_based_search_not_allowed_exception", reason: "not allowed" }, status: 403 };
  server.intercept = ({ path, body = "" }: SearchRequest) => {
    const entries = body.split("\n").filter((line) => line.startsWith('{"index"'));
    return path === "/_msearch" && body.includes("_shards:") ? answer(200, { responses: entries.map(() => refusal) }) : undefined;
  };
}

test("POST is refused, GET is not: the tail goes on by GET, with as many requests as before", () =>
  tailing({}, async ({ server, clock, ids }) => {
    server.intercept = ({ method }) =>
      method === "POST" ? denied("User: arn:aws:iam::1:user/x is not authorized to perform: es:ESHttpPost") : undefined;
    server.add(index, 0, { id: "a", source: {} });
    await clock.advance(6000);
    assert.deepEqual(ids(), ["a"]);
    assert.deepEqual([...new Set(server.requests.slice(-3).map(({ method, path }) => `${method} ${path}`))].slice(-1), ["GET /_msearch"]);
  }));

test("a proxy that drops the body of a GET is noticed: the search travels in the address", () =>
  tailing({ prepare: dropBodies }, async ({ server, clock, ids }) => {
    server.add(index, 0, { id: "a", source: {} });
    await clock.advance(6000);
    server.add(index, 0, { id: "b", source: {} });
    await clock.advance(6000);
    assert.deepEqual(ids(), ["a", "b"]);
    assert.ok(server.requests.at(-1)?.query?.["source"]?.includes("_seq_no"));
  }));

function dropBodies(server: SearchServer): void {
  readOnly(server);
  const inner = server.send.bind(server);
  server.send = ({ body, ...request }) =>
    inner(request.method === "GET" ? request : { ...request, ...(body === undefined ? {} : { body }) });
}

test("stopping in a backoff, in a page and twice quickly shows nothing afterwards and leaves no timer", async () => {
  for (const busy of [true, false]) {
    let seen = 0;
    await tailing({}, async ({ server, clock, entries }) => {
      server.intercept = () => (busy ? answer(503, "busy") : undefined);
      server.add(index, 0, { id: "a", source: {} });
      await clock.advance(busy ? 700 : 3000);
      seen = entries.length;
      setImmediate(() => {
        server.intercept = undefined;
      });
    });
    assert.equal(seen, busy ? 0 : 1);
  }
});
