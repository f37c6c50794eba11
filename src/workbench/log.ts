import vscode = require("vscode");
import { isAbort, toAppError } from "../core/errors";

/** The extension's one diagnostic channel. Never given secrets, tokens or document contents. */
export interface Log extends vscode.Disposable {
  info(text: string): void;
  warn(text: string): void;
  error(text: string, thrown?: unknown): void;
  debug(text: string): void;
  show(): void;
}

export function createLog(): Log {
  const channel = vscode.window.createOutputChannel("AppStream Monitor", { log: true });
  return {
    info: (text) => {
      channel.info(text);
    },
    warn: (text) => {
      channel.warn(text);
    },
    debug: (text) => {
      channel.debug(text);
    },
    error: (text, thrown) => {
      if (thrown !== undefined && isAbort(thrown)) {
        return;
      }
      channel.error(thrown === undefined ? text : `${text}: ${describe(thrown)}`);
    },
    show: () => {
      channel.show();
    },
    dispose: () => {
      channel.dispose();
    },
  };
}

function describe(thrown: unknown): string {
  const error = toAppError(thrown);
  const code = error.code === undefined ? error.reason : `${error.reason}, ${error.code}`;
  const trace = error.reason === "unexpected" && thrown instanceof Error ? `\n${thrown.stack ?? ""}` : "";
  return `${error.message} (${code})${trace}`;
}
