import assert from "node:assert/strict";
import { test } from "node:test";
import { decorationPreview } from "../../../../src/core/agent/decorationPreview";
import { createEnvironment } from "../../../../src/core/agent/environment";
import { ownEventChoice, previewChoices, previewText, sourceAt } from "../../../../src/core/agent/preview";
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

const mixed = JSON.stringify({
  Sources: [
    { Id: "Spare", SourceType: "WindowsEventLogSource", LogName: "Setup" },
    { Id: "Sys", SourceType: "WindowsEventLogSource", LogName: "System" },
    { Id: "Web", SourceType: "W3SVCLogSource", Directory: "C:\\inetpub", FileNameFilter: "*.log" },
  ],
  Sinks: [{ Id: "F", SinkType: "KinesisFirehose", StreamName: "S", Format: "json" }],
  Pipes: [
    { Id: "P", SourceRef: "Sys", SinkRef: "F" },
    { Id: "Q", SourceRef: "Web", SinkRef: "F" },
  ],
});

test("the first event offered is one of the source at the cursor, else of a source that a pipe uses", () => {
  const document = parseDocument(mixed);
  const first = (at: string): string | undefined => {
    const near = sourceAt(document, mixed.indexOf(at));
    return previewChoices(mixed, undefined, environment, near)[0]?.source;
  };
  assert.equal(first('"Q"'), "Web");
  assert.equal(first("inetpub"), "Web");
  assert.equal(first('"Spare"'), "Spare");
  assert.equal(first("StreamName"), "Sys");
  assert.equal(previewChoices(mixed, undefined, environment)[0]?.source, "Sys");
  assert.equal(new Set(previewChoices(mixed, undefined, environment, "Web").map((choice) => choice.source)).size, 3);
});

test("an own event goes to the first offered source that takes its kind, or to the one that it names", () => {
  const choices = previewChoices(mixed, undefined, environment);
  const source = (text: string): string | undefined => ownEventChoice(text, choices, environment)?.source;
  assert.equal(source("2026-02-03 04:05:06 GET"), "Web");
  assert.equal(source('{ "EventId": 7 }'), "Sys");
  assert.equal(source('{ "source": "Spare", "EventId": 7 }'), "Spare");
});

test("the preview of a decoration follows the sink that holds it, and is absent elsewhere", () => {
  const text = config({ ObjectDecoration: "Level={$LevelDisplayName}" });
  const document = parseDocument(text);
  const shown = decorationPreview(document, text.indexOf("{$Level") + 2, 0);
  assert.equal(shown?.source, "App");
  assert.match(shown?.record ?? "", /"Level":"\w+"/);
  assert.equal(decorationPreview(document, text.indexOf("StreamName"), 0), undefined);
});
