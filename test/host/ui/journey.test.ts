import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Workbench } from "./editor";

let workbench: Workbench;

before(
  async () => {
    workbench = await Workbench.open();
  },
  { timeout: 180_000 },
);

after(async () => {
  await workbench.close();
});

/** A picture of the moment of failure tells more than the time-out's message. */
function step(name: string, run: () => Promise<void>): void {
  void test(name, { timeout: 120_000 }, async () => {
    try {
      await run();
    } catch (thrown) {
      await workbench.picture(`failed-${name.replaceAll(/\W+/g, "-")}`);
      throw thrown;
    }
  });
}

step("the mistake in appsettings.json is listed, and a quick fix repairs it", async () => {
  const { page } = workbench;
  await workbench.openFile("appsettings.json");
  await page.locator(".squiggly-error").first().waitFor();
  await page.keyboard.press("Control+Shift+M");
  const problem = page.locator(".markers-panel .monaco-list-row", { hasText: "ref-casing" });
  await problem.waitFor();
  await workbench.picture("problem");
  await problem.dblclick();
  const menu = page.locator(".action-widget .monaco-list-row.action").first();
  await workbench.pressUntil("Control+.", menu);
  await workbench.picture("quick-fix");
  await page.keyboard.press("Enter");
  await problem.waitFor({ state: "detached" });
  await page.keyboard.press("Control+S");
});

step("the three trees show the sandbox's empty account, and say that it is the sandbox", async () => {
  const { page } = workbench;
  await workbench.showContainer("AppStream");
  for (const text of ["No delivery streams in us-east-1.", "No domains in us-east-1.", "No fleets in us-east-1."]) {
    await page.locator(".pane", { hasText: text }).first().waitFor();
  }
  const titles = await page.locator(".pane-header h3").allTextContents();
  assert.equal(titles.filter((title) => title.includes("Sandbox")).length, 3);
  const status = page.locator(".statusbar-item", { hasText: "Sandbox@us-east-1" });
  assert.equal(await status.count(), 1);
  await workbench.picture("trees-light");
});

step("Deploy Pipeline shows what will be created, asks, and ends with the new stream, domain and fleet in the trees", async () => {
  await workbench.runCommand("AppStream: Deploy Pipeline");
  const dialog = workbench.dialog();
  await dialog.waitFor();
  await workbench.picture("deploy-confirmation");
  assert.match((await dialog.textContent()) ?? "", /Account 123456789012.*SANDBOX.*us-east-1/s);
  await dialog.locator(".monaco-button", { hasText: "Deploy" }).click();
  await workbench.treeRow("us-east-1, deployed").waitFor({ timeout: 90_000 });
  for (const label of ["sample-stream", "sample-fleet"]) {
    await workbench.treeRow(label).first().waitFor();
  }
  await workbench.picture("deployed");
});

step("Tail Logs shows Windows events of simulated sessions, each once", async () => {
  await workbench.runCommand("AppStream: Tail Logs");
  await workbench.row("sample-stream").first().click();
  const events = (text: string): string[] =>
    text.split("\n").filter((line) => /^\d{4}-\d\d-\d\d \S+ {2}(INF|WRN|ERR) {2}(Application|System) /.test(line));
  const text = await workbench.waitForChannel("Tail", (written) => events(written).length >= 10);
  await workbench.page
    .locator(".part.panel .view-line", { hasText: /(Application|System)/ })
    .first()
    .waitFor();
  await workbench.picture("tail");
  assert.match(text, /\bSANDBOX\b/);
  const lines = events(text);
  assert.equal(new Set(lines).size, lines.length);
});

for (const theme of ["Dark Modern", "Default High Contrast"]) {
  step(`the same in the theme ${theme}`, async () => {
    await workbench.setTheme(theme);
    await workbench.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await workbench.picture(`trees-${theme.toLowerCase().replaceAll(" ", "-")}`);
    assert.match(
      (await workbench.page.locator(".monaco-workbench").getAttribute("class")) ?? "",
      theme.startsWith("Dark") ? /vs-dark/ : /hc-black/,
    );
  });
}
