import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "js-yaml";
import { exportedFiles, toYaml } from "../../../../src/core/pipeline/exported";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import { parseTemplate } from "../../../../src/sandbox/services/cloudformation/template";

const definitions: Readonly<Record<string, object>> = {
  tutorial: { preset: "tutorial", allowedAddresses: ["203.0.113.7/32"] },
  recommended: {
    preset: "recommended",
    allowedPrincipals: ["arn:aws:iam::123456789012:role/admin"],
    tags: { "cost: center": "# 4711 'x' \"y\"" },
  },
};

for (const [preset, more] of Object.entries(definitions)) {
  test(`${preset}: the template in YAML says what the one in JSON says, for a YAML reader and for CloudFormation`, () => {
    const { definition } = parseDefinition(JSON.stringify({ version: 1, name: "demo", region: "us-east-1", ...more }));
    assert.ok(definition);
    const files = exportedFiles(definition);
    assert.deepEqual(Object.keys(files), [
      "demo-ingest.template.json",
      "demo-ingest.template.yaml",
      "demo-streaming.template.json",
      "demo-streaming.template.yaml",
      "demo-streaming.parameters.json",
    ]);
    for (const part of ["ingest", "streaming"]) {
      const [json = "", yaml = ""] = ["json", "yaml"].map((form) => files[`demo-${part}.template.${form}`]);
      assert.deepEqual(load(yaml), JSON.parse(json));
      assert.deepEqual(parseTemplate(yaml), parseTemplate(json));
      assert.ok(Object.keys(parseTemplate(yaml).resources).length >= 3);
    }
  });
}

test("every value survives the way through YAML", () => {
  const value = {
    plain: "a",
    colon: "a: b",
    hash: "a #b",
    quoted: 'say "x"',
    lines: "one\ntwo\n",
    empty: "",
    space: " a ",
    number: "12",
    yes: "yes",
    date: "2010-09-09",
    tilde: "~",
    nothing: null,
    list: [],
    object: {},
    nested: [[1, 2], { a: [{ b: true }] }, "${AWS::Region}"],
    "a key: with # signs": 1.5,
    "*": "*",
    unicode: "Übung 가",
  };
  assert.deepEqual(load(toYaml(value)), value);
});
