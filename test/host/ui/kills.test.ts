import assert from "node:assert/strict";
import { createAws } from "../../../src/aws/createAws";
import { sandboxCredentials } from "../../../src/sandbox/credentials";
import { sandboxAddress, steps, type Workbench } from "./editor";

/** Nobody but the test pastes the line. */
const step = steps({ "appstreamMonitor.sandbox.person": "manual" });

/** Everything that a deployment makes, as the account has it. */
async function inventory(): Promise<object> {
  const endpoint = sandboxAddress()?.endpoint;
  assert.ok(endpoint);
  const aws = createAws({ kind: "sandbox", region: "us-east-1", endpoint, credentials: sandboxCredentials, epoch: 0 });
  const [stacks, streams, domains, fleets, appstreamStacks, images, builders] = await Promise.all([
    aws.cloudformation.listStacks(),
    aws.streams.list({}),
    aws.domains.list(),
    aws.appstream.listFleets({}),
    aws.appstream.listStacks({}),
    aws.appstream.listImages({ type: "PRIVATE" }),
    aws.appstream.listImageBuilders({}),
  ]);
  return {
    stacks: stacks.map(({ name, status }) => `${name} ${status}`).sort(),
    streams: streams.items,
    domains: domains.map(({ name }) => name),
    fleets: fleets.items.map(({ name, state }) => `${name} ${state}`),
    appstreamStacks: appstreamStacks.items.map(({ name }) => name),
    images: images.items.map(({ name, state }) => `${name} ${state}`),
    builders: builders.items.map(({ name }) => name),
  };
}

/** Runs Deploy Pipeline until its log, from now on, holds the text. */
async function deployUntil(workbench: Workbench, text: string): Promise<void> {
  const before = workbench.channelText("AppStream Pipeline").length;
  await workbench.runCommand("AppStream: Deploy Pipeline");
  await workbench.dialog().locator(".monaco-button", { hasText: "Deploy" }).click();
  await workbench.waitForChannel("AppStream Pipeline", (written) => written.slice(before).includes(text));
}

step("the extension host is killed while CloudFormation makes the ingest stack", async (workbench) => {
  await workbench.showContainer("AppStream");
  await deployUntil(workbench, "CREATE_IN_PROGRESS  Domain");
  await workbench.killExtensionHost();
});

step("started again it goes on with that stack; the extension host is killed while the person's turn lasts", async (workbench) => {
  await deployUntil(workbench, "Your turn: open the image builder");
  await workbench.killExtensionHost();
});

step("started again it is the person's turn once more; the window is reloaded while the sessions' stack is made", async (workbench) => {
  const { page } = workbench;
  await deployUntil(workbench, "Your turn: open the image builder");
  const turn = workbench.toast("Your turn: open the image builder").filter({ hasText: "Copy Line" });
  const opened = page.context().waitForEvent("page");
  await turn.locator(".monaco-button", { hasText: "Open Image Builder" }).click();
  const builder = await opened;
  await builder.locator("textarea").fill(await page.evaluate<string>("navigator.clipboard.readText()"));
  await builder.getByRole("button", { name: "Run" }).click();
  await builder.locator("#output", { hasText: "is being made" }).waitFor();
  await builder.close();
  await workbench.waitForChannel("AppStream Pipeline", (text) => text.includes("CREATE_IN_PROGRESS  Fleet"));
  await page.reload();
  await workbench.treeRow("sample").first().waitFor(); // Before, the palette does not know our commands.
});

step("started again it ends as if nothing had happened, and nothing is there twice", async (workbench) => {
  await deployUntil(workbench, "The pipeline sample is deployed.");
  await workbench.toast("Pipeline sample works.").waitFor({ timeout: 60_000 });
  assert.deepEqual(await inventory(), {
    stacks: ["sample-ingest CREATE_COMPLETE", "sample-streaming CREATE_COMPLETE"],
    streams: ["sample-stream"],
    domains: ["sample"],
    fleets: ["sample-fleet RUNNING"],
    appstreamStacks: ["sample-stack"],
    images: ["sample-image AVAILABLE"],
    builders: ["sample-builder"],
  });
});
