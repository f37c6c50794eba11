import assert from "node:assert/strict";
import { steps } from "./editor";

const step = steps();

step("the mistake in appsettings.json is listed, and a quick fix repairs it", async (workbench) => {
  const { page } = workbench;
  await workbench.openFile("appsettings.json");
  await page.locator(".squiggly-error").first().waitFor();
  await page.keyboard.press("Control+Shift+M");
  const problem = page.locator(".markers-panel .monaco-list-row", { hasText: "ref-casing" });
  await problem.waitFor();
  await workbench.pictures("problem");
  await problem.dblclick();
  const menu = page.locator(".action-widget .monaco-list-row.action").first();
  await workbench.pressUntil("Control+.", menu);
  await workbench.pictures("quick-fix");
  await page.keyboard.press("Enter");
  await problem.waitFor({ state: "detached" });
  await page.keyboard.press("Control+S");
  await page.locator(".tab.active:not(.dirty)").waitFor();
});

step("the three trees show the sandbox's empty account, and say that it is the sandbox", async (workbench) => {
  const { page } = workbench;
  await workbench.showContainer("AppStream");
  for (const text of ["No delivery streams in us-east-1.", "No domains in us-east-1.", "No fleets in us-east-1."]) {
    await page.locator(".pane", { hasText: text }).first().waitFor();
  }
  const titles = await page.locator(".pane-header h3").allTextContents();
  assert.equal(titles.filter((title) => title.includes("Sandbox")).length, 3);
  assert.equal(await page.locator(".statusbar-item", { hasText: "Sandbox@us-east-1" }).count(), 1);
  await workbench.pictures("trees-empty");
});

step("Deploy Pipeline shows what will be created and asks; the steps are seen as they happen", async (workbench) => {
  const { page } = workbench;
  await workbench.runCommand("AppStream: Deploy Pipeline");
  const dialog = workbench.dialog();
  await dialog.waitFor();
  const preview = workbench.webview();
  await preview.getByRole("heading", { name: "Deploy pipeline sample" }).waitFor();
  await preview.getByRole("cell", { name: "AWS::OpenSearchService::Domain" }).waitFor();
  await workbench.pictures("deploy-question");
  assert.match(
    (await dialog.textContent()) ?? "",
    /Account 123456789012.*SANDBOX.*us-east-1.*Resources: \d+ created or kept, one image\./s,
  );
  await dialog.locator(".monaco-button", { hasText: "Read the Preview" }).click();
  const again = workbench.toast("Nothing has been started.");
  await again.waitFor();
  await workbench.pictures("deploy-preview");
  await again.locator(".monaco-button", { hasText: "Deploy Pipeline…" }).click();
  await dialog.waitFor();
  await dialog.locator(".monaco-button", { hasText: "Deploy" }).click();
  await workbench.toast("Deploying sample").waitFor();
  await page.locator(".part.panel .view-line", { hasText: "CREATE_COMPLETE" }).first().waitFor();
  await workbench.pictures("deploying");
});

step("the new stream, domain and fleet are in the trees, and the stream is selected", async (workbench) => {
  await workbench.treeRow("us-east-1, deployed").waitFor({ timeout: 90_000 });
  for (const [view, label] of [
    ["Delivery Streams", "sample-stream"],
    ["Domains", "OpenSearch 2.19"],
    ["Fleets", "sample-fleet"],
  ] as const) {
    await workbench.view(view).locator(".monaco-list-row", { hasText: label }).first().waitFor();
  }
  await workbench.view("Delivery Streams").locator(".monaco-list-row.selected", { hasText: "sample-stream" }).waitFor();
  await workbench.toast("Pipeline sample works.").waitFor();
  assert.equal(await workbench.toast("Your turn").count(), 0, "the sandbox plays the person itself");
  await workbench.pictures("deployed");
});

step("Tail Logs shows Windows events of simulated sessions, each once", async (workbench) => {
  await workbench.runCommand("AppStream: Tail Logs");
  await workbench.row("sample-stream").first().waitFor();
  await workbench.pictures("tail-choice");
  await workbench.row("sample-stream").first().click();
  await workbench.row("From now on").first().waitFor();
  await workbench.pictures("tail-start");
  await workbench.row("From now on").first().click();
  const events = (text: string): string[] =>
    text.split("\n").filter((line) => /^\d{4}-\d\d-\d\d \S+ {2}(INF|WRN|ERR) {2}(Application|System) /.test(line));
  const text = await workbench.waitForChannel("Tail", (written) => events(written).length >= 10);
  await workbench.page
    .locator(".part.panel .view-line", { hasText: /(Application|System)/ })
    .first()
    .waitFor();
  await workbench.pictures("tail");
  assert.match(text, /\bSANDBOX\b/);
  const lines = events(text);
  assert.equal(new Set(lines).size, lines.length);
});

step("the filter is completed from the index while the tail runs; an event opens as a document with its session", async (workbench) => {
  const { page } = workbench;
  const input = page.locator(".quick-input-widget:visible input").first();
  const levels = (text: string): string[] => [...text.matchAll(/^\d{4}-\d\d-\d\d \S+ {2}([A-Z]{3}) {2}/gm)].map(([, level = ""]) => level);
  await workbench.runCommand("AppStream: Change Filter of Tail");
  await input.fill("level:");
  const value = page.locator(".quick-input-widget .monaco-list-row", { hasText: /Informational.*\d+ events/ });
  await value.waitFor();
  await workbench.pictures("tail-filter");
  await input.fill("level:warning");
  await workbench.row("Apply this filter").click();
  const before = (await workbench.waitForChannel("Tail", (text) => text.includes("filter: level:warning"))).length;
  await workbench.waitForChannel("Tail", (text) => levels(text.slice(before)).length >= 2);
  assert.deepEqual([...new Set(levels(workbench.channelText("Tail").slice(before)))], ["WRN"]);
  await workbench.runCommand("AppStream: Change Filter of Tail");
  await input.fill("");
  await workbench.row("Show every event").click();
  await workbench.waitForChannel("Tail", (text) => levels(text.slice(before)).includes("INF"));
  await page
    .locator(".part.panel .view-line", { hasText: "INF" })
    .last()
    .click({ position: { x: 300, y: 8 } });
  await workbench.runCommand("AppStream: Open Event");
  await page.locator(".editor-instance .view-line", { hasText: "ProviderName" }).first().waitFor();
  await workbench.pictures("tail-event");
  await workbench.runCommand("AppStream: Show Events of This Session");
  await page.locator(".editor-instance .view-line", { hasText: "INF" }).first().waitFor();
  await workbench.pictures("tail-session");
});

step(
  "after a reload the running tail is offered again by a quiet item; resumed it tells the gap, and no event is missing",
  async (workbench) => {
    const { page } = workbench;
    const numbers = (text: string): number[] => [...text.matchAll(/reload event (\d+)$/gm)].map(([, number]) => Number(number));
    const [, index = "", domain = ""] = /index (\S+) of domain (\S+)/.exec(workbench.channelText("Tail")) ?? [];
    let written = 0;
    let writing = true;
    const writer = (async () => {
      while (writing) {
        await workbench.index(domain, `${index}-${new Date().toISOString().slice(0, 10)}`, {
          ...{ Description: `reload event ${written + 1}`, TimeCreated: new Date().toISOString() },
          ...{ LevelDisplayName: "Informational", LogName: "Application", ProviderName: "Reload", EventId: 1 },
        });
        written++;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    // The workspace notes every ten seconds where the tail is.
    await workbench.waitForChannel("Tail", (text) => numbers(text).length >= 150);
    const before = workbench.channelText("Tail");
    await workbench.reload();
    const offer = page.locator(".statusbar-item", { hasText: "Resume Tails (1)" });
    await offer.waitFor();
    assert.equal(await page.locator(".notifications-toasts .notification-list-item").count(), 0);
    await workbench.pictures("tail-offer");
    const all = workbench.channelText("Tail");
    await offer.click();
    await workbench.row(`${domain}/${index}`).first().waitFor();
    await workbench.pictures("tail-resume");
    await page.keyboard.press("Enter");
    const goal = written + 30;
    const text = await workbench.waitForChannel("Tail", (whole) => numbers(whole.slice(all.length)).includes(goal));
    writing = false;
    await writer;
    await workbench.pictures("tail-resumed");
    const after = text.slice(all.length);
    assert.match(after, /goes on after a gap of \d+ s: what arrived meanwhile follows, nothing is repeated/);
    const shownAfter = numbers(after);
    assert.equal(new Set(shownAfter).size, shownAfter.length, "each once");
    assert.ok(before.length <= all.length);
    const shown = new Set([...numbers(all), ...shownAfter]);
    const missing = Array.from({ length: goal }, (_, at) => at + 1).filter((number) => !shown.has(number));
    assert.deepEqual(missing, []);
    await offer.waitFor({ state: "detached" });
  },
);

step("Destroy Pipeline wants the name typed, empties the trees and says what remains", async (workbench) => {
  const { page } = workbench;
  await workbench.runCommand("AppStream: Destroy Pipeline");
  await workbench.webview().getByRole("heading", { name: "Destroy pipeline sample" }).waitFor();
  const input = page.locator(".quick-input-widget:visible input");
  await input.waitFor();
  await workbench.pictures("destroy-preview");
  await input.fill("simple");
  await page.locator(".quick-input-message", { hasText: "Type exactly sample." }).waitFor();
  await input.fill("sample");
  await page.keyboard.press("Enter");
  const dialog = workbench.dialog();
  await dialog.waitFor();
  await workbench.pictures("destroy-bucket");
  await dialog.locator(".monaco-button", { hasText: "Keep" }).click();
  const end = workbench.toast("Pipeline sample is gone.");
  await end.waitFor({ timeout: 90_000 });
  assert.match((await end.textContent()) ?? "", /Kept: .*bucket/is);
  for (const view of ["Delivery Streams", "Domains", "Fleets"]) {
    await workbench.view(view).locator(".message", { hasText: /^No / }).waitFor();
    assert.equal(await workbench.view(view).locator(".monaco-list-row", { hasText: "sample-" }).count(), 0, view);
  }
  await workbench.treeRow("us-east-1, not deployed").waitFor();
  await workbench.pictures("destroyed");
});

step("the walkthrough has the same steps, each with what starts it, and marks what was done", async (workbench) => {
  const { page } = workbench;
  await workbench.runCommand("Welcome: Open Walkthrough...");
  await workbench.row("Get Started with AppStream Monitor").first().click();
  const steps = page.locator(".getting-started-step");
  await steps.first().waitFor();
  await workbench.pictures("walkthrough");
  assert.equal(await steps.count(), 6);
  await steps.filter({ hasText: "Repair what the checks find" }).locator(".step-title").click();
  await page.locator(".getting-started-step.expanded .monaco-button", { hasText: "Show Problems" }).click();
  await steps.filter({ hasText: "Repair what the checks find" }).locator(".codicon.complete").waitFor();
  await workbench.pictures("walkthrough-step");
});
