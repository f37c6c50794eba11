import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SearchTransport } from "../../../../src/core/aws/ports";
import { AppError } from "../../../../src/core/errors";
import { listFields, topValues } from "../../../../src/core/logs/fieldValues";
import { noFilter, parseFilter } from "../../../../src/core/logs/filter";
import { singleSearch } from "../../../../src/core/logs/singleSearch";
import { domainTransport, type DomainTransport } from "./domainTransport";

let domain: DomainTransport;

before(async () => {
  domain = await domainTransport("OpenSearch_2.19");
  const sources = [
    { LevelDisplayName: "Error", EventId: 7, ProviderName: "Disk", AppStream_UserName: "ada", Nested: { deep: true } },
    { LevelDisplayName: "Error", EventId: 7, ProviderName: "Disk", AppStream_UserName: "ben" },
    { LevelDisplayName: "Warning", EventId: 8, ProviderName: "Net", TimeCreated: "2024-05-01T00:00:00Z" },
  ];
  await domain.write(sources.map((source) => ({ index: "windows-2024-05-01", source })));
});

after(() => domain.stop());

test("the index's own fields are listed, with the one by which their values can be counted", async () => {
  const fields = await listFields({ transport: domain.transport, index: "windows" });
  assert.deepEqual(fields, [
    { name: "AppStream_UserName", countable: "AppStream_UserName.keyword" },
    { name: "EventId", countable: "EventId" },
    { name: "LevelDisplayName", countable: "LevelDisplayName.keyword" },
    { name: "Nested.deep", countable: "Nested.deep" },
    { name: "ProviderName", countable: "ProviderName.keyword" },
    { name: "TimeCreated" },
  ]);
});

test("values come with their counts, the most frequent first, within the filter", async () => {
  const target = { transport: domain.transport, index: "windows" };
  assert.deepEqual(await topValues(target, "LevelDisplayName.keyword", noFilter), [
    { value: "Error", count: 2 },
    { value: "Warning", count: 1 },
  ]);
  assert.deepEqual(await topValues(target, "EventId", parseFilter("level:warning")), [{ value: "8", count: 1 }]);
  assert.deepEqual(await topValues({ ...target, index: "nothing" }, "EventId", noFilter), []);
});

test("what the domain refuses is told with its reason", async () => {
  const refusing = (status: number, body: string): SearchTransport => ({ send: async () => ({ status, headers: {}, body }) });
  const cases: readonly (readonly [number, string, string, RegExp])[] = [
    [400, '{"error":{"reason":"Failed to parse query [a(]"}}', "invalidInput", /does not understand the search: Failed to parse query/],
    [403, '{"Message":"User: anonymous is not authorized"}', "accessDenied", /without a signature/],
    [403, '{"message":"The security token included in the request is expired"}', "expiredCredentials", /expired/],
    [429, "slow down", "throttled", /busy/],
    [200, "<html>", "network", /status 200/],
  ];
  for (const [status, body, reason, message] of cases) {
    await assert.rejects(singleSearch({ transport: refusing(status, body), index: "windows" }, {}), (thrown) => {
      assert.ok(thrown instanceof AppError);
      assert.equal(thrown.reason, reason);
      assert.match(thrown.message, message);
      return true;
    });
  }
});

test("where only GET is permitted the search goes by GET", async () => {
  const methods: string[] = [];
  const getOnly: SearchTransport = {
    send: async ({ method }) => {
      methods.push(method);
      return method === "POST"
        ? { status: 403, headers: {}, body: '{"Message":"User: x is not authorized to perform: es:ESHttpPost"}' }
        : { status: 200, headers: {}, body: '{"_shards":{}}' };
    },
  };
  assert.deepEqual(await singleSearch({ transport: getOnly, index: "windows" }, {}), { _shards: {} });
  assert.deepEqual(methods, ["POST", "GET"]);
});
