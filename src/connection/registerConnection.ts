import { existsSync } from "node:fs";
import vscode = require("vscode");
import { systemClock } from "../core/clock";
import { AppError } from "../core/errors";
import type { Bundles } from "../workbench/bundles";
import { registerCommand, run } from "../workbench/commands";
import type { Log } from "../workbench/log";
import { onDidChangeSetting, setting } from "../workbench/settings";
import { writeChoice, type Choice } from "./choice";
import { Connections, requireTrust } from "./connections";
import { editCredentials, filePaths, hasFiles, openFile, watchFiles } from "./credentialFiles";
import { pickConnection, pickRegion } from "./pickers";
import type { SandboxProcess } from "./sandboxProcess";
import { signIn } from "./signIn";
import { createStatusBar } from "./statusBar";

export interface ConnectionParts {
  readonly bundles: Bundles;
  readonly log: Log;
  readonly context: vscode.ExtensionContext;
}

/** The connection of this window with its commands and status bar item. */
export function registerConnection({ bundles, log, context }: ConnectionParts): Connections & vscode.Disposable {
  const environment = process.env;
  const folder = vscode.Uri.joinPath(context.globalStorageUri, "sandbox").fsPath;
  const script = context.asAbsolutePath("dist/sandbox.js");
  let started: Promise<SandboxProcess> | undefined;
  const sandbox = (): Promise<SandboxProcess> =>
    (started ??= bundles.aws().then(
      ({ SandboxProcess }) =>
        new SandboxProcess({
          script,
          folder,
          clock: systemClock,
          speed: () => setting("sandbox.speed"),
          person: () => setting("sandbox.person"),
        }),
    ));
  const connections = new Connections({ bundles, environment, sandbox, hasFiles: () => hasFiles(filePaths(environment)) });
  const choosing = new Choosing(connections, bundles);
  connections.ask = () => choosing.complete();
  context.subscriptions.push(
    connections,
    createStatusBar(connections),
    watchWhatCounts(connections, choosing),
    registerCommand(log, "appstreamMonitor.connection.connect", () => choosing.connect()),
    registerCommand(log, "appstreamMonitor.connection.chooseProfile", () => choosing.chooseProfile()),
    registerCommand(log, "appstreamMonitor.connection.chooseRegion", (region) => choosing.chooseRegion(region)),
    registerCommand(log, "appstreamMonitor.connection.useSandbox", () => choosing.use({ kind: "sandbox" })),
    registerCommand(log, "appstreamMonitor.connection.disconnect", () => choosing.use(undefined)),
    registerCommand(log, "appstreamMonitor.connection.signIn", () => {
      requireTrust();
      return signIn(connections, bundles);
    }),
    registerCommand(log, "appstreamMonitor.connection.editCredentials", () => editCredentials(filePaths(environment))),
    registerCommand(log, "appstreamMonitor.sandbox.reset", async () => resetSandbox(connections, await sandbox())),
    registerCommand(log, "appstreamMonitor.sandbox.showLog", async () => showSandboxLog((await sandbox()).logFile)),
  );
  return connections;
}

/** The dialogues that change what is chosen. */
class Choosing {
  /** While several settings are written one after the other, their changes count as one. */
  writing = false;
  private readonly connections: Connections;
  private readonly bundles: Bundles;

  constructor(connections: Connections, bundles: Bundles) {
    this.connections = connections;
    this.bundles = bundles;
  }

  async use(choice: Choice | undefined): Promise<void> {
    requireTrust();
    this.writing = true;
    try {
      await writeChoice(choice);
    } finally {
      this.writing = false;
    }
    this.connections.drop();
    await this.connections.resolve();
  }

  /** True when something was chosen. */
  async chooseProfile(): Promise<boolean> {
    requireTrust();
    const picked = await pickConnection(this.bundles, process.env, this.connections.choice);
    if (picked === undefined) {
      return false;
    }
    if (picked === "editCredentials") {
      await run("appstreamMonitor.connection.editCredentials");
      return false;
    }
    if ("openPath" in picked) {
      await openFile(picked.openPath, picked.line);
      return false;
    }
    const region = picked.regionKnown ? undefined : await pickRegion(this.bundles, this.connections.choice?.region);
    if (!picked.regionKnown && region === undefined) {
      return false;
    }
    await this.use({ ...picked.choice, ...(region === undefined ? {} : { region }) });
    return true;
  }

  async chooseRegion(given?: string): Promise<boolean> {
    requireTrust();
    const { choice } = this.connections;
    if (choice === undefined) {
      return this.chooseProfile();
    }
    const region = given ?? (await pickRegion(this.bundles, this.connections.current?.region ?? choice.region));
    if (region === undefined) {
      return false;
    }
    await this.use({ ...choice, region });
    return true;
  }

  /** Asks for what is missing. */
  complete(): Promise<boolean> {
    switch (this.connections.state) {
      case "untrusted":
        return Promise.resolve(false);
      case "noRegion":
        return this.chooseRegion();
      default:
        return this.chooseProfile();
    }
  }

  /** What "Connect…" means: sign in again where that is the trouble, else choose. */
  async connect(): Promise<void> {
    if (this.connections.state === "expired") {
      await run("appstreamMonitor.connection.signIn");
    } else if (this.connections.choice === undefined || this.connections.state !== "notConnected") {
      await this.chooseProfile();
    } else {
      await this.connections.connect();
    }
  }
}

function watchWhatCounts(connections: Connections, choosing: Choosing): vscode.Disposable {
  const changed = (): void => {
    if (!choosing.writing) {
      connections.drop();
    }
  };
  let files: vscode.Disposable | undefined;
  const watchAgain = (): void => {
    files?.dispose();
    files = watchFiles(filePaths(process.env), {
      files: () => {
        if (connections.choice?.kind !== "sandbox") {
          connections.drop();
        }
      },
      // The SDK renews tokens too; only after an expiry is a new one news.
      tokens: () => {
        if (connections.state === "expired") {
          connections.drop();
        }
      },
    });
  };
  const settings = [
    "connection.kind",
    "connection.profile",
    "connection.region",
    "connection.endpoint",
    "connection.configFile",
    "connection.credentialsFile",
  ] as const;
  return vscode.Disposable.from(
    onDidChangeSetting(settings, () => {
      changed();
      if (files !== undefined) {
        watchAgain();
      }
    }),
    // Nothing is watched before something asked for a connection.
    connections.onDidChangeState(() => {
      if (files === undefined) {
        watchAgain();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(changed),
    new vscode.Disposable(() => {
      files?.dispose();
    }),
  );
}

async function showSandboxLog(path: string): Promise<void> {
  if (!existsSync(path)) {
    throw new AppError("notFound", vscode.l10n.t("The sandbox has not been started on this machine yet."));
  }
  await openFile(path, 0);
}

async function resetSandbox(connections: Connections, sandbox: SandboxProcess): Promise<void> {
  requireTrust();
  const reset = vscode.l10n.t("Reset");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t("Reset the sandbox?"),
    { modal: true, detail: vscode.l10n.t("Everything it holds is deleted: pipelines, indexed events, images. AWS is not touched.") },
    reset,
  );
  if (answer !== reset) {
    return;
  }
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Resetting the sandbox") },
    async () => {
      await sandbox.reset();
      if (connections.choice?.kind === "sandbox") {
        connections.drop();
        await connections.resolve();
      }
    },
  );
}
