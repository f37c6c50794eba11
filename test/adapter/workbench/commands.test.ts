import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as vscode from "vscode";
import { AppError, noDefinition } from "../../../src/core/errors";
import { abortError } from "../../../src/core/clock";
import { registerCommand, run } from "../../../src/workbench/commands";
import { createLog } from "../../../src/workbench/log";
import { fake } from "../../fakes/vscode";

beforeEach(() => {
  fake.reset();
});

test("a failing command is logged and shown once, with its next step and the way to the log", async () => {
  registerCommand(createLog(), "appstreamMonitor.explorer.refresh", () => {
    throw new AppError("accessDenied", "Access denied: no.", { next: "Ask for it." });
  });
  await run("appstreamMonitor.explorer.refresh");
  assert.deepEqual(
    fake.messages.map(({ kind, text, actions }) => ({ kind, text, actions })),
    [{ kind: "error", text: "Access denied: no. Ask for it.", actions: ["Show Log"] }],
  );
  assert.deepEqual(fake.outputs.get("AppStream Monitor")?.lines, [
    "[error] appstreamMonitor.explorer.refresh: Access denied: no. (accessDenied)",
  ]);
});

test("without a connection the error offers to connect", async () => {
  fake.user.message = () => "Connect…";
  registerCommand(createLog(), "appstreamMonitor.explorer.refresh", () => {
    throw new AppError("notConnected", "Not connected.");
  });
  await run("appstreamMonitor.explorer.refresh");
  await Promise.resolve();
  assert.ok(fake.executed.some(({ id }) => id === "appstreamMonitor.connection.connect"));
});

test("where a project is missing, the error offers to make one", async () => {
  fake.user.message = () => "New Monitoring Project…";
  registerCommand(createLog(), "appstreamMonitor.explorer.refresh", () => {
    throw new AppError("notFound", "No project.", { code: noDefinition });
  });
  await run("appstreamMonitor.explorer.refresh");
  await Promise.resolve();
  assert.ok(fake.executed.some(({ id }) => id === "appstreamMonitor.pipeline.newProject"));
});

test("a stopped command says nothing", async () => {
  registerCommand(createLog(), "appstreamMonitor.explorer.refresh", () => {
    throw abortError();
  });
  await run("appstreamMonitor.explorer.refresh");
  assert.deepEqual(fake.messages, []);
});

test("the fake editor throws at what it does not have", () => {
  assert.throws(() => (vscode.window as unknown as Record<string, unknown>)["createWebviewPanel"], /has no window\.createWebviewPanel/);
});
