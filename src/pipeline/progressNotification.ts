import vscode = require("vscode");
import { isAbort } from "../core/errors";
import { withSignal } from "../workbench/cancellation";

/** Undefined when the user cancelled. */
export async function withProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: (message: string | undefined) => void) => Promise<T>,
): Promise<T | undefined> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      try {
        return await withSignal(token, (signal) =>
          task(signal, (message) => {
            if (message !== undefined) {
              progress.report({ message });
            }
          }),
        );
      } catch (thrown) {
        if (isAbort(thrown)) {
          return undefined;
        }
        throw thrown;
      }
    },
  );
}
