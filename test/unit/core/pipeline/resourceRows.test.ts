import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import type { PipelineEvent, ResourceProgress } from "../../../../src/core/pipeline/progress";
import { ProgressRows, type ResourceRow } from "../../../../src/core/pipeline/resourceRows";

const { definition } = parseDefinition(JSON.stringify({ version: 1, name: "demo", region: "us-east-1", preset: "recommended" }));
const minute = 60_000;

function resource(logicalId: string, status: string, at: number, more: Partial<ResourceProgress> = {}): PipelineEvent {
  const type = logicalId === "Domain" ? "AWS::OpenSearchService::Domain" : "AWS::IAM::Role";
  return { kind: "resource", resource: { part: "ingest", logicalId, type, status, time: new Date(at), ...more } };
}

const find = (rows: readonly ResourceRow[], id: string): ResourceRow | undefined => rows.find((row) => row.id === id);

test("a resource is not begun, is made with elapsed and expected time, and is done with how long it took", () => {
  assert.ok(definition);
  const rows = new ProgressRows(definition);
  assert.equal(find(rows.rows(0), "Domain")?.description, "not begun");
  rows.add(resource("Domain", "CREATE_IN_PROGRESS", 0), 0);
  rows.add(resource("Domain", "CREATE_IN_PROGRESS", 10, { physicalId: "demo" }), 10);
  const running = find(rows.rows(4 * minute), "Domain");
  assert.deepEqual([running?.name, running?.tone, running?.description], ["demo", "busy", "being created, 4 min, usually 10 to 30 min"]);
  rows.add(resource("Domain", "CREATE_COMPLETE", 12 * minute, { elapsedMs: 12 * minute }), 12 * minute);
  assert.equal(find(rows.rows(20 * minute), "Domain")?.description, "done in 12 min");
});

test("a failure keeps the service's text and names the remedy, while the rollback goes on", () => {
  assert.ok(definition);
  const rows = new ProgressRows(definition);
  const reason = 'Resource handler returned message: "Domain demo already exists" (HandlerErrorCode: AlreadyExists)';
  rows.add(resource("Domain", "CREATE_FAILED", 0, { reason }), 0);
  rows.add(resource("MachineRole", "CREATE_FAILED", 0, { reason: "Resource creation cancelled" }), 0);
  rows.add(resource("MachineRole", "DELETE_IN_PROGRESS", 1), 1);
  rows.add(resource("MachineRole", "DELETE_COMPLETE", 2), 2);
  const failed = find(rows.rows(3), "Domain");
  assert.deepEqual([failed?.tone, failed?.reason], ["failed", reason]);
  assert.match(failed?.remedy ?? "", /name is taken/);
  const role = find(rows.rows(3), "MachineRole");
  assert.deepEqual([role?.tone, role?.description, role?.reason], ["gone", "deleted", undefined]);
});

test("builder and image are rows of their own, and the visit is the person's turn", () => {
  assert.ok(definition);
  const rows = new ProgressRows(definition);
  const said = (): (string | undefined)[] => ["Builder", "Image"].map((id) => find(rows.rows(10 * minute), id)?.description);
  rows.add({ kind: "phase", phase: "builder", text: "Creating the image builder." }, 0);
  assert.deepEqual(said(), ["being created, 10 min, usually 10 to 20 min", "not begun"]);
  rows.add({ kind: "phase", phase: "visit", text: "Your turn: open the image builder." }, 5);
  assert.match(said()[0] ?? "", /^your turn/);
  assert.equal(find(rows.rows(0), "Builder")?.reason, "Your turn: open the image builder.");
  rows.add({ kind: "phase", phase: "image", text: "Image demo-image: PENDING." }, 6 * minute);
  assert.deepEqual(said(), ["done", "being created, 4 min, usually 20 to 45 min"]);
  rows.add({ kind: "phase", phase: "streaming", text: "Fleet." }, 30 * minute);
  assert.deepEqual(said(), ["done", "done"]);
});

test("what was there before is done from the beginning", () => {
  assert.ok(definition);
  const rows = new ProgressRows(definition);
  const there: ResourceRow = { part: "ingest", id: "Domain", name: "demo", type: "x", tone: "ok", description: "done" };
  rows.begin([there], true);
  assert.deepEqual(
    rows
      .rows(0)
      .filter((row) => row.tone === "ok")
      .map((row) => row.id),
    ["Domain", "Builder", "Image"],
  );
});

test("a destruction shows what it meets", () => {
  const rows = new ProgressRows();
  assert.deepEqual(rows.rows(0), []);
  rows.add(resource("Domain", "DELETE_IN_PROGRESS", 0), 0);
  rows.add(resource("MachineRole", "DELETE_SKIPPED", 0), 0);
  assert.deepEqual(
    rows.rows(minute).map((row) => row.description),
    ["being deleted, 1 min, usually 5 to 20 min", "kept"],
  );
});
