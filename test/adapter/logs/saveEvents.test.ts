import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import type { SearchTransport } from "../../../src/core/aws/ports";
import { saveEvents, type Saveable } from "../../../src/logs/saveEvents";
import { fake } from "../../fakes/vscode";
import { Uri } from "../../fakes/vscodeTypes";
import { domainTransport, type DomainTransport } from "../../unit/core/logs/domainTransport";

let domain: DomainTransport;
const folder = mkdtempSync(join(tmpdir(), "asm-save-"));
const start = Date.UTC(2024, 4, 1);
const day = "windows-2024-05-01";

before(async () => {
  domain = await domainTransport("OpenSearch_2.19");
  await domain.write(
    Array.from({ length: 1500 }, (_, number) => ({
      index: day,
      id: `e${number}`,
      source: {
        TimeCreated: new Date(start + number).toISOString(),
        EventId: number,
        LevelDisplayName: number % 3 === 0 ? "Error" : "Warning",
        Description: number === 0 ? '=cmd|"/c"!A1\nsecond, line' : `event ${number}`,
      },
    })),
  );
});

beforeEach(() => {
  fake.reset();
});

after(async () => {
  await domain.stop();
  rmSync(folder, { recursive: true, force: true });
});

function saveable(changes: Partial<Saveable> = {}): Saveable {
  const transport: SearchTransport = domain.transport;
  const target = { domain: "demo", index: "windows", connection: { kind: "sandbox", region: "us-east-1", epoch: 1 }, transport } as const;
  return { name: "demo/windows", target, filter: "", shown: [], from: start, to: start + 10_000, ...changes };
}

async function save(name: string, label: string, what: Saveable): Promise<string> {
  const path = join(folder, name);
  fake.user.pick = (items) => items.find((item) => typeof item !== "string" && item.label === label);
  fake.user.saveDialog = () => Uri.file(path);
  await saveEvents(what);
  return readFileSync(path, "utf8");
}

test("what is shown is saved as NDJSON, document by document; what has gone is counted", async () => {
  const shown = [2, 1, 7].map((number) => ({ index: day, id: `e${number}` }));
  const text = await save("a.ndjson", "What is shown", saveable({ shown: [...shown, { index: day, id: "gone" }] }));
  const records = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { _id: string; _source: { EventId: number } });
  assert.deepEqual(
    records.map(({ _id, _source }) => [_id, _source.EventId]),
    [
      ["e2", 2],
      ["e1", 1],
      ["e7", 7],
    ],
  );
  assert.match(fake.messages[0]?.text ?? "", /^3 events were saved to .*a\.ndjson\. 1 are no longer in the index\.$/);
});

test("all events of the time that the filter lets through are saved, with progress", async () => {
  const text = await save("b.ndjson", "All events of the time", saveable({ filter: "level:error", from: start + 3 }));
  const ids = text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { _source: { EventId: number } })._source.EventId);
  assert.equal(ids.length, 499);
  assert.equal(new Set(ids).size, 499);
  assert.match(JSON.stringify(fake.progress[0]?.reports), /499 of 499/);
});

test("CSV holds a row for each event, and no cell that a spreadsheet would run", async () => {
  const text = await save("c.CSV", "What is shown", saveable({ shown: [{ index: day, id: "e0" }] }));
  assert.match(
    text,
    /^\ufeffTime,Level,.*\r\n2024-05-01T00:00:00\.000Z,Error,.*"'=cmd\|""\/c""!A1\nsecond, line",windows-2024-05-01,e0\r\n$/,
  );
});

test("cancelled, what was written stays and is told", async () => {
  let requests = 0;
  const slow: SearchTransport = {
    send: async (request, signal) => {
      requests++;
      if (requests === 3) {
        fake.progress[0]?.cancel();
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      }
      return domain.transport.send(request);
    },
  };
  const shown = Array.from({ length: 1500 }, (_, number) => ({ index: day, id: `e${number}` }));
  const whole = saveable({ shown });
  const text = await save("d.ndjson", "What is shown", { ...whole, target: { ...whole.target, transport: slow } });
  assert.equal(text.trim().split("\n").length, 1000);
  assert.match(fake.messages[0]?.text ?? "", /^Cancelled: 1000 events were saved/);
});

test("who leaves one of the questions has no file and no message", async () => {
  await assert.rejects(saveEvents(saveable()), { name: "AbortError" });
  fake.user.pick = (items) => items[0];
  await assert.rejects(saveEvents(saveable()), { name: "AbortError" });
  assert.deepEqual(fake.messages, []);
});
