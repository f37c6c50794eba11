import vscode = require("vscode");
import { AppError } from "../core/errors";
import type { Bundles } from "../workbench/bundles";
import { chosenFiles } from "./choice";
import type { Connections } from "./connections";

/** Runs the AWS command line's sign-in in a terminal; true when it ended well. The same profile is then used anew. */
export async function signIn(connections: Connections, bundles: Bundles): Promise<boolean> {
  const { choice } = connections;
  if (choice?.kind !== "aws" || choice.profile === undefined) {
    throw new AppError("notConnected", vscode.l10n.t("Only a profile of the AWS files can be signed in to."));
  }
  const { profiles } = await (await bundles.aws()).listProfiles(chosenFiles());
  const kind = profiles.find(({ name }) => name === choice.profile)?.kind;
  const command = kind === "login" ? ["login"] : ["sso", "login"];
  const terminal = vscode.window.createTerminal({
    name: vscode.l10n.t("Sign in to {0}", choice.profile),
    shellPath: process.platform === "win32" ? "aws.exe" : "aws",
    shellArgs: [...command, "--profile", choice.profile],
    env: Object.fromEntries(Object.entries(variables()).filter(([, value]) => value !== "")),
  });
  terminal.show();
  const code = await exitCode(terminal);
  if (code !== 0) {
    return false;
  }
  connections.drop();
  return true;
}

/** The command line must look where we look. */
function variables(): Record<string, string> {
  const files = chosenFiles();
  return { AWS_CONFIG_FILE: files.config ?? "", AWS_SHARED_CREDENTIALS_FILE: files.credentials ?? "" };
}

function exitCode(terminal: vscode.Terminal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const subscription = vscode.window.onDidCloseTerminal((closed) => {
      if (closed === terminal) {
        subscription.dispose();
        resolve(closed.exitStatus?.code);
      }
    });
  });
}
