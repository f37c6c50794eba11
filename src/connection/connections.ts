import vscode = require("vscode");
import type { Connected, Connection, ConnectionSource } from "../core/aws/connection";
import { configuredEndpoints, configuredRegion, type Environment, type Profile } from "../core/aws/profile";
import { abortError } from "../core/clock";
import { AppError } from "../core/errors";
import { contextKeys, type ConnectionState } from "../ids";
import type { Bundles } from "../workbench/bundles";
import { setting } from "../workbench/settings";
import { chosenFiles, readChoice, type Choice } from "./choice";
import type { SandboxAddress, SandboxProcess } from "./sandboxProcess";

export interface ConnectionDependencies {
  readonly bundles: Bundles;
  readonly environment: Environment;
  sandbox(): Promise<Pick<SandboxProcess, "ensure" | "isAlive">>;
  /** Whether there is an AWS file at all; must not read it. */
  hasFiles(): boolean;
}

/** The one connection of this window: made with the first need, dropped with every change of what it is made of. */
export class Connections implements ConnectionSource, vscode.Disposable {
  private readonly dependencies: ConnectionDependencies;
  private readonly changes = new vscode.EventEmitter<Connection | undefined>();
  private readonly stateChanges = new vscode.EventEmitter<ConnectionState>();
  readonly onDidChange = (listener: (connection: Connection | undefined) => void): vscode.Disposable => this.changes.event(listener);
  readonly onDidChangeState = this.stateChanges.event;
  private connected: Connected | undefined;
  private address: SandboxAddress | undefined;
  private opening: Promise<void> | undefined;
  private epoch = 0;
  private currentState: ConnectionState = "notConnected";
  /** Chooses what is missing; set by the pickers, which need this object themselves. */
  ask: () => Promise<boolean> = () => Promise.resolve(false);

  constructor(dependencies: ConnectionDependencies) {
    this.dependencies = dependencies;
  }

  get current(): Connection | undefined {
    return this.connected?.connection;
  }

  get state(): ConnectionState {
    return this.currentState;
  }

  get choice(): Choice | undefined {
    return readChoice(this.dependencies.environment);
  }

  async resolve(): Promise<Connected | undefined> {
    await this.dropDeadSandbox();
    if (this.connected !== undefined) {
      return this.connected;
    }
    const { epoch } = this;
    const opening = (this.opening ??= this.open());
    try {
      await opening;
    } finally {
      if (this.opening === opening) {
        this.opening = undefined;
      }
    }
    return epoch === this.epoch ? this.connected : this.resolve();
  }

  async connect(): Promise<Connected> {
    requireTrust();
    const connected = (await this.resolve()) ?? ((await this.ask()) ? await this.resolve() : undefined);
    if (connected === undefined) {
      throw abortError(); // The user was asked and declined.
    }
    return connected;
  }

  /** Forgets clients, caches and what they were made of; whoever needs a connection next gets a new one. */
  drop(): void {
    const had = this.connected !== undefined;
    this.epoch++;
    this.connected = undefined;
    this.address = undefined;
    this.opening = undefined;
    if (had || this.currentState !== "connected") {
      this.setState("notConnected");
      this.changes.fire(undefined);
    }
  }

  dispose(): void {
    this.changes.dispose();
    this.stateChanges.dispose();
  }

  private async open(): Promise<void> {
    const { epoch } = this;
    const connected = await this.make();
    // Another choice may have been made meanwhile: this answer is too late then.
    if (epoch === this.epoch && connected !== undefined) {
      this.connected = connected;
      this.setState("connected");
      this.changes.fire(connected.connection);
    }
  }

  private async make(): Promise<Connected | undefined> {
    if (!vscode.workspace.isTrusted) {
      this.setState("untrusted");
      return undefined;
    }
    const choice = this.choice;
    if (choice === undefined) {
      this.setState(this.dependencies.hasFiles() ? "notConnected" : "noProfile");
      return undefined;
    }
    return choice.kind === "sandbox" ? this.makeSandbox(choice) : this.makeAws(choice);
  }

  private async makeSandbox(choice: Choice): Promise<Connected> {
    const sandbox = await this.dependencies.sandbox();
    const address = await sandbox.ensure().catch((thrown: unknown) => {
      this.setState("sandboxFailed");
      throw thrown;
    });
    this.address = address;
    const { endpoint, accessKeyId, secretAccessKey } = address;
    return this.withClients({
      kind: "sandbox",
      region: choice.region ?? address.region,
      endpoint,
      credentials: { accessKeyId, secretAccessKey },
      epoch: this.epoch,
    });
  }

  private async makeAws(choice: Choice & { readonly kind: "aws" }): Promise<Connected | undefined> {
    const sharedFiles = chosenFiles();
    const profile = choice.profile === undefined ? undefined : await this.findProfile(choice.profile);
    const region = choice.region ?? configuredRegion(this.dependencies.environment, profile);
    if (region === undefined) {
      this.setState("noRegion");
      return undefined;
    }
    const endpoint = setting("connection.endpoint");
    return this.withClients({
      kind: "aws",
      ...(choice.profile === undefined ? {} : { profile: choice.profile }),
      region,
      ...(endpoint === "" ? configuredEndpoints(this.dependencies.environment, profile) : { endpoint }),
      ...(Object.keys(sharedFiles).length === 0 ? {} : { sharedFiles }),
      epoch: this.epoch,
    });
  }

  private async findProfile(name: string): Promise<Profile> {
    const bundle = await this.dependencies.bundles.aws();
    const { profiles, problems } = await bundle.listProfiles(chosenFiles());
    const found = profiles.find((profile) => profile.name === name);
    if (found !== undefined) {
      return found;
    }
    this.setState(profiles.length === 0 ? "noProfile" : "notConnected");
    const [problem] = problems;
    throw new AppError("notConnected", vscode.l10n.t("There is no profile {0} in the AWS files.", name), {
      next:
        problem === undefined
          ? vscode.l10n.t("Choose another profile or edit the credentials.")
          : vscode.l10n.t("{0}, line {1}: {2}", problem.path, problem.line, problem.message),
    });
  }

  private async withClients(connection: Connection): Promise<Connected> {
    const { createAws } = await this.dependencies.bundles.aws();
    const aws = createAws(connection, {
      mfaCode: askMfaCode,
      onOutcome: (error) => {
        if (connection.epoch === this.epoch) {
          this.noteOutcome(error);
        }
      },
    });
    return { connection, aws };
  }

  /** Only what concerns the credentials as a whole; a refusal of one service is shown where it was asked. */
  private noteOutcome(error: AppError | undefined): void {
    if (error === undefined) {
      this.setState("connected");
    } else if (error.reason === "expiredCredentials") {
      this.setState("expired");
    } else if (
      error.reason === "notConnected" ||
      /^(InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|AuthFailure)/.test(error.code ?? "")
    ) {
      this.setState("accessDenied");
    }
  }

  private async dropDeadSandbox(): Promise<void> {
    const { address, epoch } = this;
    if (address === undefined) {
      return;
    }
    const sandbox = await this.dependencies.sandbox();
    if (!(await sandbox.isAlive(address)) && epoch === this.epoch) {
      this.drop();
    }
  }

  private setState(state: ConnectionState): void {
    if (state !== this.currentState) {
      this.currentState = state;
      this.stateChanges.fire(state);
    }
    void vscode.commands.executeCommand("setContext", contextKeys.state, state);
    void vscode.commands.executeCommand("setContext", contextKeys.connected, this.connected !== undefined || state === "connected");
    void vscode.commands.executeCommand("setContext", contextKeys.sandbox, this.choice?.kind === "sandbox");
  }
}

/** Hiding a command is not refusing it. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) {
    throw new AppError("notConnected", vscode.l10n.t("AWS is not used in a workspace that is not trusted."), {
      next: vscode.l10n.t("Trust the workspace first."),
    });
  }
}

async function askMfaCode(serial: string): Promise<string> {
  const code = await vscode.window.showInputBox({
    title: vscode.l10n.t("Multi-factor authentication"),
    prompt: vscode.l10n.t("Code of the device {0}", serial),
    ignoreFocusOut: true,
    validateInput: (text) => (/^\d{6,8}$/.test(text.trim()) ? undefined : vscode.l10n.t("The code has six digits.")),
  });
  if (code === undefined) {
    throw abortError();
  }
  return code.trim();
}
