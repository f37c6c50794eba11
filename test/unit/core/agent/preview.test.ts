import assert from "node:assert/strict";
import { test } from "node:test";
import { decorationPreview } from "../../../../src/core/agent/decorationPreview";
import { createEnvironment } from "../../../../src/core/agent/environment";
import { previewChoices, previewText } from "../../../../src/core/agent/preview";
import { parseDocument } from "../../../../src/core/config/document";

const config = (sink: object, pipe: object = {}): string =>
  JSON.stringify({
    Sources: [{ Id: "App", SourceType: "WindowsEventLogSource", LogName: "Application" }],
    Sinks: [{ Id: "F", SinkType: "KinesisFirehose", StreamName: "S", Format: "json", ...sink }],
    Pipes: [{ Id: "P", SourceRef: "App", SinkRef: "F", ...pipe }],
  });
const environment = createEnvironment({ now: Date.UTC(2026, 0, 2) });

function preview(text: string): string {
  const [choice] = previewChoices(text, "App", environment);
  assert.ok(choice !== undefined);
  return previewText(text, choice, environment);
}

test("a preview shows the record of each pipe, its size and its sink", () => {
  const text = preview(config({ ObjectDecoration: "Host={ComputerName}" }));
  assert.match(text, /── P → F/);
  assert.match(text, /sent, \d+ bytes/);
  assert.match(text, /"Host":"EC2AMAZ-EXAMPLE"/);
});

test("a preview says why a pipe sends nothing", () => {
  assert.match(preview(config({}, { Type: "RegexFilterPipe", FilterPattern: "never matches this" })), /not sent, filtered/);
  assert.match(preview(config({ ObjectDecoration: "broken" })), /lost: /);
  assert.match(preview(config({ ObjectDecorationEx: "a={" })), /the sink does not load/);
});

test("the preview of a decoration follows the sink that holds it, and is absent elsewhere", () => {
  const text = config({ ObjectDecoration: "Level={$LevelDisplayName}" });
  const document = parseDocument(text);
  const shown = decorationPreview(document, text.indexOf("{$Level") + 2, 0);
  assert.equal(shown?.source, "App");
  assert.match(shown?.record ?? "", /"Level":"\w+"/);
  assert.equal(decorationPreview(document, text.indexOf("StreamName"), 0), undefined);
});
