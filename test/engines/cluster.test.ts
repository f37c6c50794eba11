import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chosenEngines, engines } from "./engines";
import { startEngine } from "./startEngine";

async function send(url: string, method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** Sequence number and primary term of what a search on the index shows. */
async function numbers(url: string, index: string): Promise<readonly unknown[]> {
  const answer = await send(url, "POST", `/${index}/_search`, { sort: ["_seq_no"], seq_no_primary_term: true, size: 100 });
  const { hits } = answer["hits"] as { hits: { _id: string; _seq_no: number; _primary_term: number }[] };
  return hits.map((hit) => [hit._id, hit._seq_no, hit._primary_term]);
}

for (const engine of chosenEngines()) {
  describe(engines[engine].title, () => {
    test("documents and their numbers survive kill -9 and a start on the same data", async () => {
      const running = await startEngine({ engine });
      try {
        await send(running.url, "PUT", "/k", { settings: { number_of_shards: 1, number_of_replicas: 0 } });
        await send(running.url, "PUT", "/k/_doc/a", { n: 1 });
        await send(running.url, "PUT", "/k/_doc/b", { n: 2 });
        await running.kill();
        await running.restart();
        await send(running.url, "PUT", "/k/_doc/c?refresh=true", { n: 3 });
        assert.deepEqual(await numbers(running.url, "k"), [
          ["a", 0, 1],
          ["b", 1, 1],
          ["c", 2, 2],
        ]);
      } finally {
        await running.stop();
      }
    });

    test("when the node with the primary dies, the replica goes on under a higher term", async () => {
      const running = await startEngine({ engine, nodes: 2 });
      try {
        const onlySecond = { "index.routing.allocation.require._name": "node-2" };
        const settings = { number_of_shards: 1, number_of_replicas: 0, "index.write.wait_for_active_shards": 1 };
        await send(running.url, "PUT", "/f", { settings: { ...settings, ...onlySecond } });
        await send(running.url, "PUT", "/f/_settings", { "index.routing.allocation.require._name": null, "index.number_of_replicas": 1 });
        const green = await send(running.url, "GET", "/_cluster/health/f?wait_for_status=green&timeout=60s");
        assert.equal(green["timed_out"], false);
        await send(running.url, "PUT", "/f/_doc/a", { n: 1 });
        await running.kill(1);
        await send(running.url, "GET", "/_cluster/health/f?wait_for_nodes=1&wait_for_status=yellow&timeout=60s");
        await send(running.url, "PUT", "/f/_doc/b?refresh=true", { n: 2 });
        assert.deepEqual(await numbers(running.url, "f"), [
          ["a", 0, 1],
          ["b", 1, 2],
        ]);
        await running.restart(1);
        const again = await send(running.url, "GET", "/_cluster/health/f?wait_for_status=green&timeout=60s");
        assert.equal(again["timed_out"], false);
      } finally {
        await running.stop();
      }
    });
  });
}
