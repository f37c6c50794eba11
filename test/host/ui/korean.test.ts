import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { steps } from "./editor";

const step = steps({}, "ko");

/** Waits for it, and holds it to be written in Korean. */
async function assertKorean(shown: Locator): Promise<void> {
  await shown.waitFor();
  assert.match((await shown.textContent()) ?? "", /[가-힣]/);
}

step("a problem and its quick fixes are Korean", async (workbench) => {
  const { page } = workbench;
  await workbench.openFile("appsettings.json");
  await page.locator(".squiggly-error").first().waitFor();
  await page.keyboard.press("Control+Shift+M");
  const problem = page.locator(".markers-panel .monaco-list-row", { hasText: "ref-casing" });
  await assertKorean(problem);
  await problem.dblclick();
  const menu = page.locator(".action-widget .monaco-list-row.action").first();
  await workbench.pressUntil("Control+.", menu);
  await assertKorean(menu);
  await workbench.pictures("korean-problem");
  await page.keyboard.press("Enter");
  await problem.waitFor({ state: "detached" });
  await page.keyboard.press("Control+S");
});

step("views, the question of a deployment and its progress are Korean", async (workbench) => {
  await workbench.showContainer("AppStream");
  await workbench.view("전송 스트림(샌드박스)").waitFor();
  await workbench.runCommand("AppStream: 파이프라인 배포");
  await assertKorean(workbench.webview().getByRole("heading", { level: 1 }));
  await workbench.pictures("korean-question");
  await workbench.dialog().locator(".monaco-button", { hasText: "배포" }).click();
  await workbench.treeRow("us-east-1, 배포됨").waitFor({ timeout: 90_000 });
  await assertKorean(workbench.toast("sample"));
  await workbench.pictures("korean-deployed");
});

step("a tail and a diagnosis are Korean around the events", async (workbench) => {
  const { page } = workbench;
  await workbench.runCommand("AppStream: 로그 실시간 보기");
  await workbench.row("sample-stream").first().click();
  await assertKorean(workbench.row("지금부터").first());
  await workbench.pictures("korean-tail-start");
  await page.keyboard.press("Enter");
  await workbench.waitForChannel("실시간 보기", (text) => /[가-힣]/.test(text) && / {2}(INF|WRN|ERR) {2}/.test(text));
  await page.locator(".statusbar-item", { hasText: /\/초/ }).waitFor();
  await workbench.pictures("korean-tail");
  await workbench.runCommand("AppStream: 장애 원인 찾기");
  await assertKorean(workbench.webview().getByRole("heading", { name: "sample-stream" }));
  await workbench.pictures("korean-fault");
});
