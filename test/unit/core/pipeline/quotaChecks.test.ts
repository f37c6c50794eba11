import assert from "node:assert/strict";
import { test } from "node:test";
import { instanceWords } from "../../../../src/core/pipeline/quotaChecks";

const cases: readonly (readonly [string, string])[] = [
  ["stream.standard.medium", "Standard medium"],
  ["stream.compute.2xlarge", "Compute-optimized 2xlarge"],
  ["stream.memory.large", "Memory-optimized large"],
  ["stream.memory.z1d.xlarge", "Memory-optimized z1d xlarge"],
  ["stream.graphics.g4dn.xlarge", "Graphics G4DN xlarge"],
  ["stream.graphics.g5.24xlarge", "Graphics G5 24xlarge"],
  ["stream.graphics-design.large", "Graphics design large"],
  ["stream.graphics-pro.16xlarge", "Graphics pro 16xlarge"],
  ["stream.graphics-desktop.2xlarge", "Graphics desktop 2xlarge"],
];
for (const [type, words] of cases) {
  test(`Service Quotas words ${type} as ${words}`, () => {
    assert.equal(instanceWords(type), words);
  });
}
