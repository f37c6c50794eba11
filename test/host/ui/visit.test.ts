import assert from "node:assert/strict";
import { steps } from "./editor";

/** As in an AWS account: nobody but the person pastes the line. */
const step = steps({ "appstreamMonitor.sandbox.person": "manual" });

step("a deployment asks for the person's turn, and goes on by itself when the line was pasted on the builder's page", async (workbench) => {
  const { page } = workbench;
  await workbench.showContainer("AppStream");
  await workbench.runCommand("AppStream: Deploy Pipeline");
  await workbench.dialog().locator(".monaco-button", { hasText: "Deploy" }).click();
  const turn = workbench.toast("Your turn: open the image builder").filter({ hasText: "Copy Line" });
  await turn.waitFor({ timeout: 60_000 });
  await workbench.pictures("visit-turn");
  await page.locator(".statusbar-item", { hasText: "Your turn: image builder" }).waitFor();
  const opened = page.context().waitForEvent("page");
  await turn.locator(".monaco-button", { hasText: "Open Image Builder" }).click();
  const builder = await opened;
  await builder.getByRole("heading", { name: "Image builder sample-builder" }).waitFor();
  assert.match(builder.url(), /^http:\/\/127\.0\.0\.1:\d+\/_appstream\/builder\?token=/);
  const line = await page.evaluate<string>("navigator.clipboard.readText()");
  assert.match(line, /sha256/i);
  await builder.locator("textarea").fill(line);
  await workbench.pictures("visit-page", builder);
  await builder.getByRole("button", { name: "Run" }).click();
  await builder.locator("#output", { hasText: "is being made" }).waitFor();
  await workbench.pictures("visit-done", builder);
  await builder.close();
  await workbench.treeRow("us-east-1, deployed").waitFor({ timeout: 60_000 });
  await workbench.toast("Pipeline sample works.").waitFor({ timeout: 60_000 });
  // It was shown anew when the builder was opened; the editor itself takes it away, after a while.
  await turn.waitFor({ state: "hidden", timeout: 60_000 });
  assert.equal(await page.locator(".statusbar-item", { hasText: "Your turn" }).count(), 0);
  const log = workbench.channelText("AppStream Pipeline");
  assert.match(log, /Image sample-image: AVAILABLE/);
  assert.doesNotMatch(log, /token=|X-Amz-Signature/);
});
