import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { recognise } from "../../../../src/core/config/recognition";
import { textOf } from "./ruleCases";

const fixtures = join(process.cwd(), "test", "fixtures");
const foreign = join(fixtures, "foreign");

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

for (const file of filesBelow(foreign)) {
  test(`${file.slice(foreign.length + 1)} of another program is left alone`, () => {
    assert.equal(recognise(file, readFileSync(file, "utf8")), undefined);
  });
}

const agent = textOf({});
const session = readFileSync(join(fixtures, "config", "tutorial-config.json"), "utf8");
const listing = readFileSync(join(fixtures, "config", "tutorial-appsettings.json"), "utf8");

const known: readonly (readonly [string, string, ReturnType<typeof recognise>])[] = [
  ["appsettings.json", agent, "agent"],
  ["C:\\project\\AppSettings.Production.json", agent, "agent"],
  ["configs/extra.json", agent, "agent"],
  ["agent-config.json", agent, "agent"],
  ["extra.json", agent, undefined],
  ["appsettings.json", listing, "agent"],
  ["appsettings.json", listing.slice(0, 300), "agent"],
  ["appsettings.json", '{"Sources": [{"Id": "a", "SourceType": "Win', "agent"],
  ["appsettings.json", '{"Sources": [], "Sinks": [], "Pipes": []}', "agent"],
  ["appsettings.json", '{"Sources": [{"Id": ""}], "Sinks": [{}]}', "agent"],
  [
    "appsettings.json",
    '{"Sources": [{"Name": "a", "Url": "b"}], "Sinks": [{"Name": "c"}], "Pipes": [{"From": "a", "To": "c"}]}',
    undefined,
  ],
  ["appsettings.json", '[{"SourceType": "DirectorySource"}]', undefined],
  ["appsettings.json", "Copied from the page:\n" + listing, "agent"],
  ["config.json", session, "session"],
  ["config.json", session.slice(0, 200), "session"],
  ["config.json", '{"sessionstart": {}}', "session"],
  ["config.json", '{"SessionStart": ', "session"],
  ["config.json", '{"SessionStart": "09:00", "port": 80}', undefined],
  ["appstream-pipeline.json", "{", "pipeline"],
  ["demo.appstream-pipeline.json", "{", "pipeline"],
  ["my-appstream-pipeline.json", "{", undefined],
  ["start.ps1", "$env:AppStream_UserName; Restart-Service AWSKinesisTap", "script"],
  ["start.ps1", "Write-Host hello", undefined],
];

for (const [name, text, kind] of known) {
  test(`${name} with ${JSON.stringify(text.slice(0, 40))}… (${text.length} characters) is ${kind ?? "none of ours"}`, () => {
    assert.equal(recognise(name, text), kind);
  });
}
