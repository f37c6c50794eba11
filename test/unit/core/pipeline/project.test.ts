import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import {
  createBootstrap,
  downloadLine,
  imagePayload,
  selfContainedLine,
  withoutPlaceholders,
} from "../../../../src/core/pipeline/image/kit";
import { projectFiles } from "../../../../src/core/pipeline/project";
import { grammarErrors } from "./powershellGrammar";
import { readPastedLine, readPayload } from "../../../../src/sandbox/person/payload";

test("a new project of each preset has a definition without errors and a configuration for its stream", () => {
  for (const preset of ["tutorial", "recommended"] as const) {
    const files = projectFiles({ preset, name: "demo", region: "eu-west-1" });
    const { definition } = parseDefinition(files["appstream-pipeline.json"] ?? "");
    const agent = JSON.parse(files["appsettings.json"] ?? "") as { Sinks: { StreamName: string; Region: string }[] };
    assert.equal(agent.Sinks[0]?.StreamName, definition?.stream.name);
    assert.equal(agent.Sinks[0]?.Region, "eu-west-1");
    assert.ok(!JSON.stringify(files["appsettings.json"]).includes("appstreamVariables"));
    assert.deepEqual(Object.keys(files), [
      "appstream-pipeline.json",
      "appsettings.json",
      "appsettings.template",
      "config.json",
      "system_session_start.ps1",
    ]);
  }
});

test("the one line passes the grammar, holds address and hash, and survives quotes", async () => {
  const line = downloadLine("https://bucket.example/a?b='c'", "ab12");
  assert.deepEqual(await grammarErrors(line), []);
  assert.ok(!line.includes("\n"));
  assert.match(line, /ab12/);
});

test("a placeholder in the agent's configuration does not reach the image", () => {
  const text = '{ "Sinks": [{ "ObjectDecoration": "{appstreamVariables};a={env:B}" }], /* note */ }';
  assert.equal(JSON.stringify(JSON.parse(withoutPlaceholders(text))), '{"Sinks":[{"ObjectDecoration":"a={env:B}"}]}');
  assert.throws(() => withoutPlaceholders("{"), /not valid JSON/);
});

test("the sandbox's simulated person reads both forms of the one line", async () => {
  const { definition } = parseDefinition('{"version":1,"name":"demo","region":"eu-west-1","preset":"recommended"}');
  assert.ok(definition);
  const bootstrap = await createBootstrap(imagePayload(definition, {}));
  const contained = readPastedLine(selfContainedLine(bootstrap));
  assert.equal(readPayload(contained.script ?? "")?.imageName, "demo-image");
  const address = "http://127.0.0.1:4000/bucket/key?X-Amz-Signature=ab&X-Amz-Expires=3600";
  const downloaded = readPastedLine(downloadLine(address, bootstrap.sha256));
  assert.deepEqual([downloaded.url, downloaded.sha256], [address, bootstrap.sha256]);
  assert.deepEqual(readPayload(bootstrap.text)?.files, imagePayload(definition, {}).files);
});
