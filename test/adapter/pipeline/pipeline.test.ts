import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type * as vscode from "vscode";
import type { Connection } from "../../../src/core/aws/connection";
import type { Fleet } from "../../../src/core/aws/ports";
import { checkTexts } from "../../../src/core/diagnosis/checkTexts";
import { diagnose, verdictText } from "../../../src/core/diagnosis/diagnose";
import { diagnosisText } from "../../../src/core/diagnosis/diagnosisText";
import { diagnosisTarget } from "../../../src/core/diagnosis/target";
import { abortError } from "../../../src/core/clock";
import { targetOf } from "../../../src/core/pipeline/definition";
import { Deployment } from "../../../src/core/pipeline/deployment";
import { Destruction } from "../../../src/core/pipeline/destruction";
import { findDrift } from "../../../src/core/pipeline/drift";
import { DriftRevert } from "../../../src/core/pipeline/driftRevert";
import { driftRevertText, driftText } from "../../../src/core/pipeline/driftText";
import { exportedFiles } from "../../../src/core/pipeline/exported";
import { endOperation, runningOperation, waysToEnd } from "../../../src/core/pipeline/interruption";
import { importedDefinition } from "../../../src/core/pipeline/imported";
import { parseDefinition } from "../../../src/core/pipeline/parse";
import { destructionText, previewText } from "../../../src/core/pipeline/previewText";
import { previewSummary } from "../../../src/core/pipeline/previewSummary";
import { fileNames, projectFiles } from "../../../src/core/pipeline/project";
import { paceOf, patientAttempts } from "../../../src/core/pipeline/progress";
import { deployedRows, partTitle, ProgressRows } from "../../../src/core/pipeline/resourceRows";
import { deployedState } from "../../../src/core/pipeline/state";
import { createPipelineCommands } from "../../../src/pipeline/commands";
import { nearestTo } from "../../../src/pipeline/definitionFiles";
import { registerPipeline } from "../../../src/pipeline/registerPipeline";
import type { AwsBundle, LanguageBundle } from "../../../src/workbench/bundles";
import { createLog } from "../../../src/workbench/log";
import { FakeAccount } from "../../fakes/awsPipeline";
import { fake, Uri } from "../../fakes/vscode";

const file = "file:///project/appstream-pipeline.json";
const definition = { version: 1, name: "demo", region: "eu-central-1", preset: "recommended" };
const sandboxConnection: Connection = { kind: "sandbox", region: "us-east-1", epoch: 1 };

beforeEach(() => {
  fake.reset();
});

function setUp(text = JSON.stringify(definition), connection = sandboxConnection, account = new FakeAccount()) {
  const regions: string[] = [];
  fake.files.set(file, text);
  fake.folders = [{ uri: Uri.parse("file:///project"), name: "work", index: 0 }];
  const bundle = {
    ...{
      Deployment,
      Destruction,
      deployedState,
      destructionText,
      exportedFiles,
      fileNames,
      parseDefinition,
      previewSummary,
      previewText,
      projectFiles,
    },
    ...{ DriftRevert, driftRevertText, driftText, endOperation, findDrift, patientAttempts, runningOperation, waysToEnd },
    ...{ paceOf, targetOf, isRegionCode: () => true },
    importedDefinition,
    ...{ deployedRows, partTitle, ProgressRows },
    ...{ diagnose, diagnosisTarget, diagnosisText, verdictText },
    loadPipelineCommands: () => Promise.resolve({ createPipelineCommands }),
    createAws: ({ region }: { region: string }) => {
      regions.push(region);
      return account.aws;
    },
  } as unknown as AwsBundle;
  const registered = registerPipeline({
    bundles: { aws: () => Promise.resolve(bundle), language: () => Promise.resolve({ checkTexts } as unknown as LanguageBundle) },
    log: createLog(),
    connections: {
      current: connection,
      onDidChange: () => ({ dispose: () => undefined }),
      connect: () => Promise.resolve({ connection, aws: account.aws }),
      resolve: () => Promise.resolve({ connection, aws: account.aws }),
    },
    clock: account.clock,
  });
  fake.commands.set("appstreamMonitor.explorer.reveal", () => true);
  const execute = (name: string, argument?: unknown): unknown => fake.commands.get(`appstreamMonitor.pipeline.${name}`)?.(argument);
  return { account, regions, registered, execute };
}

test("deploy shows the preview, asks in a modal, and names account, SANDBOX and the definition's own Region", async () => {
  const { account, regions, execute } = setUp();
  fake.user.message = (message) => (message.modal ? "Deploy" : undefined);
  await execute("deploy");
  const modal = fake.messages.find((message) => message.modal);
  assert.match(`${modal?.text} ${modal?.detail}`, /demo.*123456789012.*SANDBOX.*eu-central-1/);
  assert.deepEqual(regions, ["eu-central-1"]);
  assert.ok(fake.opened[0]?.startsWith("appstream-monitor-preview:"));
  assert.deepEqual(
    [...account.stacks.values()].map((one) => one.name),
    ["demo-ingest", "demo-streaming"],
  );
  assert.equal(fake.messages.at(-1)?.text, "Pipeline demo works. It is in eu-central-1; the views show us-east-1.");
  assert.deepEqual(fake.messages.at(-1)?.actions, ["Show eu-central-1", "Tail Logs", "Open Dashboards"]);
});

/** What the views are told to show. */
function noteShown(): unknown[] {
  const shown: unknown[] = [];
  for (const name of ["explorer.reveal", "connection.chooseRegion"]) {
    fake.commands.set(`appstreamMonitor.${name}`, (argument: unknown) => void shown.push(argument));
  }
  return shown;
}

test("a pipeline in the Region that the views show is revealed", async () => {
  const { execute } = setUp(JSON.stringify({ ...definition, region: "us-east-1" }));
  const shown = noteShown();
  fake.user.message = (message) => (message.modal ? "Deploy" : undefined);
  await execute("deploy");
  assert.deepEqual(shown, [{ kind: "stream", name: "demo-stream" }]);
  assert.equal(fake.messages.at(-1)?.text, "Pipeline demo works.");
  assert.deepEqual(fake.messages.at(-1)?.actions, ["Tail Logs", "Open Dashboards", "Test Session"]);
});

test("for a pipeline in another Region the views are offered to show that one", async () => {
  const { execute } = setUp();
  const shown = noteShown();
  fake.user.message = (message) => message.actions.find((action) => ["Deploy", "Show eu-central-1"].includes(action));
  await execute("deploy");
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(shown, ["eu-central-1", { kind: "stream", name: "demo-stream" }]);
});

test("the person's turn copies the line and opens the builder; neither reaches the output", async () => {
  const { execute } = setUp();
  let turns = 0;
  const waiting = (): unknown => fake.statusBarItems.find((item) => (item as { id: string }).id === "appstreamMonitor.visit");
  const items: unknown[] = [];
  fake.user.message = (message) => {
    if (message.actions.includes("Open Image Builder")) {
      items.push(waiting());
    }
    return message.modal ? "Deploy" : message.actions.includes("Open Image Builder") && ++turns === 1 ? "Open Image Builder" : undefined;
  };
  await execute("deploy");
  const { text, command } = items[0] as { text: string; command: { command: string; arguments: unknown[] } };
  assert.equal(text, "$(person) Your turn: image builder");
  assert.deepEqual([command.command, ...command.arguments], ["appstreamMonitor.pipeline.deploy", { definition: file }]);
  assert.equal(waiting(), undefined, "the turn is over");
  assert.match(fake.clipboard, /Get-FileHash/);
  assert.ok(fake.opened.includes("https://appstream.example/visit"));
  const output = fake.outputs.get("AppStream Pipeline")?.lines.join("\n") ?? "";
  assert.match(output, /CREATE_COMPLETE {2}Domain/);
  assert.ok(!output.includes("appstream.example") && !output.includes("s3.example"));
});

test("No leaves nothing behind", async () => {
  const { account, execute } = setUp();
  await execute("deploy");
  assert.equal(account.stacks.size, 0);
});

test("to read the preview first, nothing is started, nothing of it stays, and the question can come again", async () => {
  const { account, execute } = setUp();
  let questions = 0;
  fake.user.message = (message) => {
    if (message.modal) {
      return ++questions === 1 ? "Read the Preview" : undefined;
    }
    return message.actions.includes("Deploy Pipeline…") ? "Deploy Pipeline…" : undefined;
  };
  await execute("deploy");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.match(fake.messages[1]?.text ?? "", /Nothing has been started/);
  assert.equal(questions, 2);
  assert.equal(account.stacks.size, 0);
});

test("a definition with an error is opened and refused", async () => {
  const { account, execute } = setUp('{"version":1}');
  await execute("deploy");
  assert.match(fake.messages.at(-1)?.text ?? "", /has an error/);
  assert.deepEqual(fake.opened, [file]);
  assert.deepEqual(account.mutations, []);
});

test("an untrusted workspace is refused with a sentence", async () => {
  const { account, execute } = setUp();
  fake.trusted = false;
  await execute("deploy");
  await execute("destroy");
  assert.deepEqual(
    fake.messages.map((message) => /not trusted/.test(message.text)),
    [true, true],
  );
  assert.deepEqual(account.mutations, []);
});

test("destroy of what is not there asks nothing and says so", async () => {
  const { execute } = setUp();
  fake.user.input = () => assert.fail("nothing is to be typed");
  await execute("destroy");
  assert.deepEqual(
    fake.messages.map(({ text }) => text),
    ["Nothing of pipeline demo is in account 123456789012, eu-central-1."],
  );
});

test("destroy wants the typed name and keeps the bucket without a second yes", async () => {
  const { account, execute } = setUp();
  fake.user.message = (message) => (message.modal ? "Deploy" : undefined);
  await execute("deploy");
  fake.user.input = () => "something else";
  await execute("destroy");
  assert.equal(account.stacks.size, 2);
  fake.user.input = () => "demo";
  fake.user.message = () => undefined;
  await execute("destroy");
  assert.equal(account.stacks.size, 2, "called off at the second question");
  fake.user.message = (message) => message.actions.find((action) => action === "Keep");
  await execute("destroy");
  assert.equal(account.stacks.size, 0);
  assert.match(fake.messages.at(-1)?.text ?? "", /Kept: Bucket demo-ingest-bucket-x1/);
});

/** Deploys, and cancels the notification as soon as CloudFormation works. */
async function cancelled(answer: RegExp): Promise<{ account: FakeAccount; modal: (typeof fake.messages)[number] | undefined }> {
  const { account, execute } = setUp();
  account.onMutation = (name) => {
    if (name === "executeChangeSet") {
      fake.progress.at(-1)?.cancel();
    }
  };
  fake.user.message = (message) => message.actions.find((action) => action === "Deploy" || (message.modal && answer.test(action)));
  await execute("deploy");
  return { account, modal: fake.messages.findLast((message) => message.modal) };
}

test("a cancelled creation can be finished, deleted, or left alone", async () => {
  const left = await cancelled(/^none of them$/);
  assert.deepEqual(left.modal?.actions, [
    "Finish demo-ingest and start nothing more",
    "Delete demo-ingest, which can take as long as creating it",
  ]);
  assert.match(fake.messages.at(-1)?.text ?? "", /Nobody watches/);
  fake.reset();
  const finished = await cancelled(/^Finish/);
  assert.match(fake.messages.at(-1)?.text ?? "", /demo-ingest: CREATE_COMPLETE/);
  assert.deepEqual(
    [...finished.account.stacks.values()].map((one) => one.name),
    ["demo-ingest"],
  );
  fake.reset();
  assert.equal((await cancelled(/^Delete/)).account.stacks.size, 0);
});

for (const point of ["executeChangeSet", "createImageBuilder", "putText"]) {
  test(`the editor goes away after ${point}; opened again it goes on, and nothing is made twice`, async () => {
    const { account, registered, execute } = setUp();
    fake.user.message = (message) => message.actions.find((action) => action === "Deploy");
    account.onMutation = (name) => {
      if (name === point) {
        account.onMutation = () => undefined;
        throw abortError();
      }
    };
    await execute("deploy");
    registered.dispose();
    fake.reset();
    const again = setUp(undefined, undefined, account);
    fake.user.message = (message) => message.actions.find((action) => action === "Deploy");
    await again.execute("deploy");
    assert.match(fake.messages.at(-1)?.text ?? "", /^Pipeline demo works/);
    assert.deepEqual(
      [...account.stacks.values()].map((one) => one.name),
      ["demo-ingest", "demo-streaming"],
    );
    assert.deepEqual([account.builders.size, account.images.size], [1, 1]);
    assert.equal(account.mutations.filter((name) => name === "createImageBuilder").length, 1);
  });
}

test("a protected profile demands the typed name", async () => {
  const { account, execute } = setUp(undefined, { kind: "aws", profile: "production", region: "us-east-1", epoch: 1 });
  fake.settings.set("appstreamMonitor.pipeline.protectedProfiles", ["production"]);
  fake.user.message = (message) => (message.modal ? "Deploy" : undefined);
  fake.user.input = () => "something else";
  await execute("deploy");
  assert.equal(account.stacks.size, 0);
  fake.user.input = () => "demo";
  await execute("deploy");
  assert.equal(account.stacks.size, 2);
});

test("a fleet is stopped and started after a yes that names profile and Region", async () => {
  const { account, execute } = setUp();
  const fleet = { kind: "fleet", name: "demo-fleet" };
  await execute("stop", fleet);
  assert.deepEqual(account.mutations, []);
  assert.match(fake.messages[0]?.detail ?? "", /SANDBOX.*us-east-1.*costs nothing/);
  fake.user.message = (message) => message.actions[0];
  fake.commands.set("appstreamMonitor.explorer.refresh", () => true);
  await execute("stop", fleet);
  await execute("start", fleet);
  assert.deepEqual(account.mutations, ["stopFleet", "startFleet"]);
});

test("an image builder is started, stopped and deleted after a yes that says what it costs or loses", async () => {
  const { account, execute } = setUp();
  account.builders.set("b", { name: "b", arn: "builder/b", state: "STOPPED", errors: [] });
  const builder = { kind: "imageBuilder", name: "b" };
  fake.commands.set("appstreamMonitor.explorer.refresh", () => true);
  fake.user.message = (message) => message.actions[0];
  const states = [];
  for (const name of ["start", "stop", "deleteBuilder"]) {
    await execute(name, builder);
    states.push(account.builders.get("b")?.state);
  }
  assert.deepEqual(states, ["RUNNING", "STOPPED", undefined]);
  assert.match(fake.messages.map((message) => message.detail).join(), /billed by the hour.*stays only on a stopped builder.*stays only/s);
});

test("a test session is opened in the browser, and its address is shown nowhere", async () => {
  const { execute } = setUp();
  await execute("testSession", { kind: "fleet", name: "demo-fleet" });
  assert.deepEqual(fake.opened, ["https://appstream.example/session"]);
  assert.deepEqual(fake.messages, []);
});

test("finding the fault shows a document, names fault and remedy, and sends a test record when that is wished", async () => {
  const { account, execute } = setUp();
  await execute("findFault");
  const told = fake.messages.at(-1);
  assert.match(told?.text ?? "", /no delivery stream demo-stream.*Deploy again/);
  assert.deepEqual([told?.kind, told?.actions], ["warning", ["Send Test Record", "Show Drift…"]]);
  const document = fake.opened.at(-1) ?? "";
  assert.ok(document.startsWith("appstream-monitor-preview:"));
  fake.user.message = (message) => message.actions.find((action) => action === "Deploy");
  await execute("deploy");
  fake.user.message = (message) => message.actions.find((action) => action === "Send Test Record");
  await execute("findFault");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(account.records.length, 2, "one of the deployment, one of the diagnosis");
  assert.ok(!fake.messages.at(-1)?.actions.includes("Send Test Record"));
});

test("finding the fault of a stream in the tree needs no definition", async () => {
  const { execute } = setUp();
  fake.files.delete(file);
  await execute("findFault", { kind: "stream", name: "lonely" });
  assert.match(fake.messages.at(-1)?.text ?? "", /no delivery stream lonely in us-east-1/);
});

test("a set-up made by hand becomes a new document, which nothing is written or changed for", async () => {
  const { account, execute } = setUp();
  fake.user.message = (message) => message.actions.find((action) => action === "Deploy");
  await execute("deploy");
  const before = account.mutations.length;
  const files = fake.files.size;
  fake.user.input = (options) => String(options["value"]);
  fake.user.pick = (items) => items.at(-1);
  await execute("importSetUp", { kind: "stream", name: "demo_stream" });
  const shown = fake.created.at(-1) ?? "";
  assert.deepEqual(JSON.parse(shown), {
    ...{ version: 1, name: "demo-stream", region: "us-east-1", preset: "recommended" },
    existing: { stream: "demo_stream", domain: "demo" },
    stream: { destination: "opensearch", index: "demo", indexRotation: "OneDay" },
  });
  assert.deepEqual([account.mutations.length, fake.files.size], [before, files]);
  assert.match(fake.messages.at(-1)?.text ?? "", /Save it as appstream-pipeline\.json/);
});

test("a set-up is imported with any fleet of the account, also one of a later page", async () => {
  const { account, execute } = setUp();
  account.aws.appstream.listFleets = ({ nextToken }) =>
    Promise.resolve({ items: [{ name: nextToken ?? "first" } as Fleet], ...(nextToken === undefined ? { nextToken: "second" } : {}) });
  const picks: unknown[] = [];
  fake.user.input = (options) => String(options["value"]);
  fake.user.pick = (items) => {
    picks.push(...items);
    return undefined;
  };
  await execute("importSetUp", { kind: "stream", name: "demo-stream" });
  assert.deepEqual(picks.slice(0, 2), ["first", "second"]);
});

test("drift of a pipeline that is not deployed is a sentence", async () => {
  const { execute } = setUp();
  await execute("showDrift");
  assert.match(fake.messages.at(-1)?.text ?? "", /demo is not deployed/);
});

const drift = {
  ...{ logicalId: "LogGroup", resourceType: "AWS::Logs::LogGroup", status: "MODIFIED" },
  differences: [{ path: "/RetentionInDays", expected: "30", actual: "1" }],
};

async function drifted(connection = sandboxConnection) {
  const set = setUp(JSON.stringify(definition), connection);
  fake.user.message = (message) => (message.modal ? "Deploy" : undefined);
  fake.user.input = () => "demo";
  await set.execute("deploy");
  set.account.drifts = [drift];
  set.account.mutations.length = 0;
  fake.messages.length = 0;
  return set;
}

test("changes made by hand are shown, and taken back after a preview and a modal", async () => {
  const { account, execute } = await drifted();
  fake.user.message = (message) => (message.modal ? "Take Back" : "Take Back…");
  await execute("showDrift");
  const [shown, modal, end] = fake.messages;
  assert.match(shown?.text ?? "", /Changed by hand since pipeline demo was deployed: LogGroup/);
  assert.match(`${modal?.text} ${modal?.detail}`, /demo.*123456789012.*SANDBOX.*eu-central-1/s);
  assert.equal(end?.text, "Pipeline demo is as it was deployed.");
  assert.deepEqual(account.mutations.filter((name) => name === "executeChangeSet").length, 1);
  assert.deepEqual(account.drifts, []);
});

test("No to taking changes back changes nothing and leaves nothing", async () => {
  const { account, execute } = await drifted();
  fake.user.message = (message) => (message.modal ? undefined : "Take Back…");
  await execute("showDrift");
  assert.deepEqual([account.drifts.length, account.changeSets.size, account.mutations.includes("executeChangeSet")], [1, 0, false]);
});

test("on a protected profile taking changes back demands the typed name", async () => {
  const { account, execute } = await drifted({ kind: "aws", profile: "production", region: "eu-central-1", epoch: 1 });
  fake.settings.set("appstreamMonitor.pipeline.protectedProfiles", ["production"]);
  fake.user.message = () => "Take Back…";
  const asked: string[] = [];
  fake.user.input = (options) => {
    asked.push(String(options["prompt"]));
    return asked.length === 1 ? "" : "demo";
  };
  await execute("showDrift");
  assert.equal(account.drifts.length, 1);
  await execute("showDrift");
  assert.deepEqual([account.drifts.length, asked.length], [0, 2]);
  assert.match(asked[0] ?? "", /protected: type demo/);
});

test("a new project is written once and never over existing files", async () => {
  const { execute } = setUp();
  fake.files.delete(file);
  fake.user.pick = (items) => items[0];
  fake.user.input = (options) => (String(options["prompt"]).includes("Region") ? "eu-west-1" : "fresh");
  await execute("newProject");
  assert.ok(fake.files.has("file:///project/system_session_start.ps1"));
  const before = fake.files.get(file);
  await execute("newProject");
  assert.match(fake.messages.at(-1)?.text ?? "", /already holds/);
  assert.equal(fake.files.get(file), before);
});

test("the view shows each definition with its deployed state", async () => {
  const { execute } = setUp();
  const provider = fake.trees.get("appstreamMonitor.pipelines")?.options.treeDataProvider as vscode.TreeDataProvider<unknown>;
  const described = async (): Promise<unknown> => {
    const [node] = (await provider.getChildren()) ?? [];
    return (await provider.getTreeItem(node)).description;
  };
  assert.equal(await described(), "eu-central-1, not deployed");
  fake.user.message = (message) => (message.modal ? "Deploy" : undefined);
  await execute("deploy");
  assert.equal(await described(), "eu-central-1, deployed");
});

/** Label and description of every row below the first pipeline, and what stands below those. */
async function rowsShown(): Promise<string[]> {
  const provider = fake.trees.get("appstreamMonitor.pipelines")?.options.treeDataProvider as vscode.TreeDataProvider<unknown>;
  const [node] = (await provider.getChildren()) ?? [];
  const lines: string[] = [];
  for (const row of (await provider.getChildren(node)) ?? []) {
    const { label, description, iconPath } = await provider.getTreeItem(row);
    lines.push(`${label as string}: ${String(description)} (${(iconPath as vscode.ThemeIcon).id})`);
    for (const below of (await provider.getChildren(row)) ?? []) {
      lines.push(`  ${(await provider.getTreeItem(below)).label as string}`);
    }
  }
  return lines;
}

test("below a pipeline its resources are shown while it is deployed, with elapsed and expected time, and afterwards", async () => {
  const { account, execute } = setUp();
  const during: string[][] = [];
  account.onMutation = (name) => {
    if (name === "createImageBuilder") {
      void rowsShown().then((rows) => during.push(rows));
    }
  };
  fake.user.message = (message) => message.actions.find((action) => action === "Deploy");
  fake.trees.get("appstreamMonitor.pipelines")?.setVisible(true);
  await execute("deploy");
  const [rows = []] = during;
  assert.ok(rows.includes("Stack: not begun (circle-outline)"), rows.join("\n"));
  assert.ok(
    rows.some((row) => /^demo-builder: being created, \d+ s, usually 10 to 20 min \(sync~spin\)$/.test(row)),
    rows.join("\n"),
  );
  const after = await rowsShown();
  assert.equal(after.length, 14);
  assert.deepEqual(
    after.filter((row) => !/: done( in .+)? \(pass\)$/.test(row)),
    [],
  );
  assert.equal(fake.trees.get("appstreamMonitor.pipelines")?.revealed.length, 1);
});

test("a resource that failed says why and what to do, below itself", async () => {
  const { account, execute } = setUp();
  account.failing = "Domain";
  fake.user.message = (message) => message.actions.find((action) => action === "Deploy");
  await execute("deploy");
  const rows = await rowsShown();
  const at = rows.findIndex((row) => row.startsWith("Domain: failed (error)"));
  assert.ok(at >= 0, rows.join("\n"));
  assert.match(rows[at + 1] ?? "", /already exists/);
  assert.match(rows[at + 2] ?? "", /name is taken/);
});

test("what was deployed elsewhere is listed from CloudFormation", async () => {
  const { account, execute } = setUp();
  assert.deepEqual(await rowsShown(), ["Nothing is deployed.: undefined (info)"]);
  fake.user.message = (message) => message.actions.find((action) => action === "Deploy");
  await execute("deploy");
  fake.reset();
  const shown = setUp();
  for (const [id, stack] of account.stacks) {
    shown.account.stacks.set(id, stack);
  }
  const rows = await rowsShown();
  assert.ok(
    rows.some((row) => /^Domain: done \(pass\)$/.test(row)),
    rows.join("\n"),
  );
});

const nearestCases: readonly (readonly [string, string | undefined])[] = [
  ["file:///project/a/config.json", "file:///project/a/appstream-pipeline.json"],
  ["file:///project/a/deep/config.json", "file:///project/a/appstream-pipeline.json"],
  ["file:///project/c/config.json", "file:///project/appstream-pipeline.json"],
  ["file:///other/config.json", undefined],
];
for (const [open, expected] of nearestCases) {
  test(`the definition nearest to ${open} is ${expected ?? "unclear"}`, () => {
    const found = ["", "a/", "b/"].map((folder) => Uri.parse(`file:///project/${folder}appstream-pipeline.json`));
    const nearest = nearestTo(Uri.parse(open) as unknown as vscode.Uri, found as unknown as vscode.Uri[]);
    assert.equal(nearest?.toString(), expected);
  });
}
