import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as vscode from "vscode";
import * as aws from "../../../src/aws";
import * as language from "../../../src/language";
import { createBundles } from "../../../src/workbench/bundles";

test("the bundles loaded on first use speak the editor's language", async () => {
  const korean = JSON.parse(readFileSync("media/l10n/bundle.l10n.ko.json", "utf8")) as Record<string, string>;
  const host = vscode.l10n as { bundle: Record<string, string> | undefined };
  host.bundle = korean;
  try {
    const bundles = createBundles({ aws: async () => aws, language: async () => language });
    const parsed = (await bundles.aws()).parseDefinition("");
    assert.match(parsed.problems[0]?.message ?? "", /^유효한 JSON이 아닙니다\./);
    assert.equal(await bundles.language(), language);
  } finally {
    host.bundle = undefined;
    aws.configureL10n({});
  }
});
