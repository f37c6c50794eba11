import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { aggregationCases } from "./cases/aggregations";
import { bulkCases } from "./cases/bulk";
import { clusterCases } from "./cases/cluster";
import { documentCases } from "./cases/documents";
import { indexCases } from "./cases/indices";
import { mappingCases } from "./cases/mapping";
import { searchCases } from "./cases/searching";
import { runStep, type ContractCase, type Recorded } from "./contractCase";

export const contractCases: readonly ContractCase[] = [
  ...documentCases,
  ...bulkCases,
  ...mappingCases,
  ...searchCases,
  ...aggregationCases,
  ...indexCases,
  ...clusterCases,
];

/** What is tested: the sandbox or a real engine, against the answers recorded from the real engine of that name. */
export interface Target {
  readonly engine: string;
  readonly title: string;
  start(): Promise<{ readonly url: string; stop(): Promise<void> }>;
}

type Recording = Record<string, Recorded[]>;

function recordingPath(engine: string): string {
  return join(process.cwd(), "test", "fixtures", "dataPlane", `${engine}.json`);
}

/**
 * The contract of the data plane: every case's requests, answered exactly as the real engine answered when it was recorded.
 * RECORD_CONTRACT=1 with a real engine writes the recording anew.
 */
export function dataPlaneSuite(target: Target): void {
  const record = process.env["RECORD_CONTRACT"] === "1";
  const recorded: Recording = record ? {} : (JSON.parse(readFileSync(recordingPath(target.engine), "utf8")) as Recording);
  describe(target.title, () => {
    let running: Awaited<ReturnType<Target["start"]>>;
    before(async () => {
      running = await target.start();
    });
    after(async () => {
      await running.stop();
      if (record) {
        mkdirSync(dirname(recordingPath(target.engine)), { recursive: true });
        writeFileSync(recordingPath(target.engine), toText(recorded));
      }
    });
    for (const contract of contractCases) {
      test(contract.name, async () => {
        await prepare(running.url);
        const answers: Recorded[] = [];
        for (const step of contract.steps) {
          answers.push(await runStep(running.url, step));
        }
        if (record) {
          recorded[contract.name] = answers;
          return;
        }
        const expected = recorded[contract.name] ?? [];
        contract.steps.forEach((step, at) =>
          assert.deepEqual(answers[at], expected[at], `${step.request} ${JSON.stringify(step.body ?? "")}`.slice(0, 400)),
        );
      });
    }
  });
}

/** One answer a line, so that a difference is easy to read. */
function toText(recording: Recording): string {
  const cases = Object.entries(recording).map(
    ([name, answers]) => `${JSON.stringify(name)}: [\n${answers.map((answer) => JSON.stringify(answer)).join(",\n")}\n]`,
  );
  return `{\n${cases.join(",\n")}\n}\n`;
}

/** Every case starts without indices of its own; two shards and no replica unless it says otherwise. */
async function prepare(url: string): Promise<void> {
  await runStep(url, { request: "DELETE /c-*" });
  const settings = { number_of_shards: 2, number_of_replicas: 0 };
  await runStep(url, { request: "PUT /_template/contract", body: { index_patterns: ["c-*"], settings } });
}
