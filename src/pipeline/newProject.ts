import vscode = require("vscode");
import { AppError } from "../core/errors";
import type { PresetName } from "../core/pipeline/definition";
import type { Bundles } from "../workbench/bundles";
import { askPipelineName } from "./pipelineName";

interface Answers {
  readonly preset: PresetName;
  readonly name: string;
  readonly region: string;
  readonly allowedAddresses?: readonly string[];
}

/** Asks step by step, writes the files of a new project and opens its definition. Escape at any step leaves nothing behind. */
export async function newProject(bundles: Bundles): Promise<void> {
  const folder = await chooseFolder();
  const answers = folder === undefined ? undefined : await ask(bundles);
  if (folder === undefined || answers === undefined) {
    return;
  }
  const { projectFiles, parseDefinition, fileNames } = await bundles.aws();
  const files = projectFiles(answers);
  const problem = parseDefinition(files[fileNames.definition] ?? "").problems.find((one) => one.severity === "error");
  if (problem !== undefined) {
    throw new AppError("invalidInput", vscode.l10n.t("No project was written: {0}", problem.message));
  }
  const taken = await existing(folder, Object.keys(files));
  if (taken.length > 0) {
    throw new AppError("conflict", vscode.l10n.t("No project was written: the folder already holds {0}.", taken.join(", ")), {
      next: vscode.l10n.t("Choose another folder."),
    });
  }
  for (const [name, text] of Object.entries(files)) {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
  }
  await openProject(folder, fileNames.definition);
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const other = { label: vscode.l10n.t("Another Folder…"), uri: undefined };
  const items = [...folders.map((one) => ({ label: one.name, description: one.uri.fsPath, uri: one.uri })), other];
  const choice =
    folders.length === 0
      ? other
      : await vscode.window.showQuickPick(items, {
          title: vscode.l10n.t("New Monitoring Project"),
          placeHolder: vscode.l10n.t("Where?"),
          ignoreFocusOut: true,
        });
  if (choice === undefined || choice.uri !== undefined) {
    return choice?.uri;
  }
  const options = { canSelectFiles: false, canSelectFolders: true, openLabel: vscode.l10n.t("Create Project Here") };
  return (await vscode.window.showOpenDialog(options))?.[0];
}

async function ask(bundles: Bundles): Promise<Answers | undefined> {
  const title = vscode.l10n.t("New Monitoring Project");
  const presets: readonly (vscode.QuickPickItem & { preset: PresetName })[] = [
    { label: "recommended", description: vscode.l10n.t("Current OpenSearch, encrypted, for IAM identities"), preset: "recommended" },
    { label: "tutorial", description: vscode.l10n.t("The tutorial of 2020, value for value"), preset: "tutorial" },
  ];
  const preset = (await vscode.window.showQuickPick(presets, { title, placeHolder: vscode.l10n.t("Which preset?"), ignoreFocusOut: true }))
    ?.preset;
  const name = preset === undefined ? undefined : await askPipelineName(title);
  const region = name === undefined ? undefined : await askRegion(bundles, title);
  if (preset === undefined || name === undefined || region === undefined) {
    return undefined;
  }
  if (preset === "recommended") {
    return { preset, name, region };
  }
  const address = await vscode.window.showInputBox({
    title,
    ignoreFocusOut: true,
    prompt: vscode.l10n.t("Public address that may open Kibana, as your browser has it. A checkip page shows it."),
    placeHolder: "203.0.113.7/32",
    validateInput: (text) => (/^[0-9a-fA-F.:]+\/\d{1,3}$/.test(text) ? undefined : vscode.l10n.t("Write it as 203.0.113.7/32.")),
  });
  return address === undefined ? undefined : { preset, name, region, allowedAddresses: [address] };
}

async function askRegion(bundles: Bundles, title: string): Promise<string | undefined> {
  const { isRegionCode } = await bundles.aws();
  return vscode.window.showInputBox({
    title,
    ignoreFocusOut: true,
    prompt: vscode.l10n.t("AWS Region, for example us-east-1."),
    validateInput: (text) => (isRegionCode(text) ? undefined : vscode.l10n.t("This is no Region code.")),
  });
}

async function existing(folder: vscode.Uri, names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, name));
        return name;
      } catch {
        return undefined; // Free: that is what is wanted.
      }
    }),
  );
  return found.filter((name) => name !== undefined);
}

async function openProject(folder: vscode.Uri, definition: string): Promise<void> {
  const file = vscode.Uri.joinPath(folder, definition);
  if (vscode.workspace.getWorkspaceFolder(file) !== undefined) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
    return;
  }
  await vscode.commands.executeCommand("vscode.openFolder", folder);
}
