import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../../src/core/errors";
import { answer } from "../../../fakes/searchServer";
import { assertShownOnce, index, tailing, type Tailing } from "./tailing";

const other = "example-2020-03-01";
const refused = { error: { type: "query_shard_exception", reason: "Can only use prefix queries on keyword" }, status: 400 };

/** From now on the shards of these indices do not understand what they are asked. */
function refuse(server: Tailing["server"], names: () => readonly string[]): void {
  const send = server.send.bind(server);
  server.send = async (request) => {
    const sent = await send(request);
    if (request.path !== "/_msearch") {
      return sent;
    }
    const headers = (request.body ?? "").split("\n").filter((_, line) => line % 2 === 0);
    const { responses } = JSON.parse(sent.body) as { readonly responses: readonly unknown[] };
    const isRefused = (position: number): boolean =>
      names().some((name) => headers[position]?.startsWith(`{"index":"${name}","preference"`) ?? false);
    return answer(200, { responses: responses.map((each, position) => (isRefused(position) ? refused : each)) });
  };
}

test("a search that no shard understands any more ends the tail with the reason", () => {
  let names: readonly string[] = [];
  return tailing({ shards: 2, prepare: (server) => refuse(server, () => names) }, async ({ clock, failure }) => {
    await clock.advance(5000);
    assert.equal(failure(), undefined);
    names = [index];
    await clock.advance(10_000);
    const failed = failure();
    assert.ok(failed instanceof AppError);
    assert.equal(failed.reason, "invalidInput");
    assert.match(failed.message, /does not understand the search: Can only use prefix queries/);
  });
});

test("an index that does not understand the search is left out, said once, while another goes on", () => {
  let names: readonly string[] = [];
  return tailing(
    {
      prepare: (server) => {
        server.create(other, 1);
        server.add(other, 0, { id: "earlier", source: {} });
        refuse(server, () => names);
      },
    },
    async ({ server, clock, ids, notices }) => {
      await clock.advance(5000);
      names = [index];
      server.add(index, 0, { id: "held up", source: {} });
      server.add(other, 0, { id: "goes on", source: {} });
      await clock.advance(200_000);
      assertShownOnce(ids(), ["goes on"]);
      assert.deepEqual(notices, ["indexFailed"]);
      names = [];
      await clock.advance(70_000);
      assertShownOnce(ids(), ["goes on", "held up"]);
    },
  );
});
