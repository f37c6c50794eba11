// Runs test/host/ui: what a person sees, on the packaged extension in the web editor, without the smoke-test driver.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build.mjs";
import { prepareHost, supported, unsupportedReason } from "./host.mjs";

/** @returns {string | undefined} why the suite cannot run here */
export function hostUiSkipped() {
  return supported ? undefined : unsupportedReason;
}

/** A fresh sample project and fresh editor state, so that every run begins like a new user's. */
export function hostUiPrepare() {
  prepareHost();
  rmSync(join(root, ".cache", "start"), { recursive: true, force: true });
  rmSync(join(root, "sample"), { recursive: true, force: true });
}
