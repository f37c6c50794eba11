import assert from "node:assert/strict";
import { test } from "node:test";
import { eventPages } from "../../../../src/core/logs/eventPages";
import { noFilter } from "../../../../src/core/logs/filter";
import { answer } from "../../../fakes/searchServer";
import { assertShownOnce, numbered, startTime, tailing, withoutMulti, type Tailing } from "./tailing";

const documents = (ids: readonly string[]) => ids.map((id) => ({ id, source: { TimeCreated: new Date(startTime).toISOString() } }));

/** The name that is tailed is an alias, or a data stream, of an index without rotation's suffix; the one of the day is gone. */
function aliased(server: Tailing["server"], settingsPermitted: boolean): void {
  server.settingsPermitted = settingsPermitted;
  server.indices.clear();
  server.create(".ds-example-000001", 2);
  server.created.set(".ds-example-000001", startTime - 24 * 3_600_000);
  server.aliases.set("example", [".ds-example-000001"]);
  server.create("example-other", 1);
  server.add("example-other", 0, ...documents(["foreign"]));
}

for (const settingsPermitted of [true, false]) {
  const permitted = `settings ${settingsPermitted ? "" : "not "}permitted`;
  for (const multi of [true, false]) {
    test(`an alias is followed through its indices, and to the next one; ${permitted}, ${multi ? "" : "no "}multi search`, () =>
      tailing(
        {
          since: { kind: "all" },
          prepare: (server) => {
            aliased(server, settingsPermitted);
            server.add(".ds-example-000001", 0, ...documents(numbered("a", 1, 10)));
            if (!multi) {
              withoutMulti(server);
            }
          },
        },
        async ({ server, clock, ids }) => {
          server.add(".ds-example-000001", 1, ...documents(numbered("b", 1, 10)));
          await clock.advance(15_000);
          server.create(".ds-example-000002", 1);
          server.aliases.set("example", [".ds-example-000001", ".ds-example-000002"]);
          server.add(".ds-example-000002", 0, ...documents(numbered("c", 1, 10)));
          await clock.advance(30_000);
          assertShownOnce(ids(), [...numbered("a", 1, 10), ...numbered("b", 1, 10), ...numbered("c", 1, 10)]);
        },
      ));
  }

  test(`an alias that is made only when the tail waits is followed; ${permitted}`, () =>
    tailing(
      {
        prepare: (server) => {
          aliased(server, settingsPermitted);
          server.aliases.clear();
        },
      },
      async ({ server, clock, ids, notices }) => {
        await clock.advance(30_000);
        assert.deepEqual(notices, ["waiting"]);
        server.create("another-000001", 1);
        server.aliases.set("example", ["another-000001"]);
        server.add("another-000001", 0, ...documents(["first"]));
        await clock.advance(15_000);
        assertShownOnce(ids(), ["first"]);
      },
    ));
}

test("what an index behind an alias gets first is shown, though the index was made long before", () =>
  tailing({ prepare: (server) => aliased(server, true) }, async ({ server, clock, ids }) => {
    await clock.advance(30_000);
    server.add(".ds-example-000001", 0, ...documents(["first"]));
    await clock.advance(15_000);
    assertShownOnce(ids(), ["first"]);
  }));

test("an alias is followed by event time where documents cannot be found by number", () =>
  tailing(
    {
      prepare: (server) => {
        aliased(server, true);
        server.numbered = false;
      },
      since: { kind: "all" },
    },
    async ({ server, clock, ids }) => {
      server.add(".ds-example-000001", 0, ...documents(["first"]));
      await clock.advance(15_000);
      assertShownOnce(ids(), ["first"]);
    },
  ));

test("an alias that cannot be resolved when it turns up is asked for again", () =>
  tailing({ prepare: (server) => aliased(server, false) }, async ({ server, clock, ids }) => {
    let failures = 2;
    server.intercept = ({ path, body }) =>
      path === "/_msearch" && body?.includes('{"index":"example"}') === true && failures-- > 0 ? answer(503, "busy") : undefined;
    server.add(".ds-example-000001", 0, ...documents(["first"]));
    await clock.advance(60_000);
    assertShownOnce(ids(), ["first"]);
  }));

test("lists of events of an alias have those of its indices", () =>
  tailing({ prepare: (server) => aliased(server, true) }, async ({ server }) => {
    server.add(".ds-example-000001", 0, ...documents(["first", "second"]));
    const ids: string[] = [];
    for await (const page of eventPages(
      { transport: server, index: "example" },
      { filter: noFilter, order: "newestFirst", pageSize: 10 },
    )) {
      ids.push(...page.map(({ id }) => id));
    }
    assertShownOnce(ids, ["first", "second"]);
  }));

const levels = (ids: readonly string[], level: string) =>
  ids.map((id) => ({ id, source: { TimeCreated: new Date(startTime).toISOString(), LevelDisplayName: level } }));

for (const numberedDomain of [true, false]) {
  test(`the alias's own filter holds, in the next index too; numbers ${numberedDomain ? "" : "not "}usable`, () =>
    tailing(
      {
        since: { kind: "all" },
        filter: "has:TimeCreated",
        prepare: (server) => {
          aliased(server, true);
          server.numbered = numberedDomain;
          server.aliasFilters = new Map([["example", { terms: { "LevelDisplayName.keyword": ["Error"] } }]]);
          server.add(".ds-example-000001", 0, ...levels(["error"], "Error"), ...levels(["info"], "Informational"));
        },
      },
      async ({ server, clock, ids, notices }) => {
        await clock.advance(15_000);
        server.add(".ds-example-000001", 1, ...levels(["info2"], "Informational"), ...levels(["error2"], "Error"));
        server.create(".ds-example-000002", 1);
        server.aliases.set("example", numberedDomain ? [".ds-example-000002"] : [".ds-example-000001", ".ds-example-000002"]);
        server.add(".ds-example-000002", 0, ...levels(["error3"], "Error"), ...levels(["info3"], "Informational"));
        await clock.advance(30_000);
        assertShownOnce(ids(), ["error", "error2", "error3"]);
        assert.ok(!notices.includes("aliasFilter"));
      },
    ));
}

test("where the filter of an alias is not told, that is said once", () =>
  tailing(
    {
      since: { kind: "all" },
      prepare: (server) => {
        aliased(server, true);
        server.aliasFilters = undefined;
        server.add(".ds-example-000001", 0, ...documents(["first"]));
      },
    },
    async ({ server, clock, ids, notices }) => {
      server.create(".ds-example-000002", 1);
      server.aliases.set("example", [".ds-example-000001", ".ds-example-000002"]);
      server.add(".ds-example-000002", 0, ...documents(["second"]));
      await clock.advance(30_000);
      assertShownOnce(ids(), ["first", "second"]);
      assert.equal(notices.filter((kind) => kind === "aliasFilter").length, 1);
    },
  ));
