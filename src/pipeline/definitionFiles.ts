import vscode = require("vscode");
import { AppError, noDefinition } from "../core/errors";
import type { PipelineDefinition } from "../core/pipeline/definition";
import type { ProjectTexts } from "../core/pipeline/image/kit";
import type { PipelineArgument } from "../ids";
import type { AwsBundle, Bundles } from "../workbench/bundles";

const pattern = "**/{appstream-pipeline.json,*.appstream-pipeline.json}";

/** Every definition file of the workspace, sorted by path. */
export async function findDefinitions(): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(pattern, "**/node_modules/**", 200);
  return [...found].sort((a, b) => a.toString().localeCompare(b.toString()));
}

/** The definition that is meant: the one given, else the nearest to the open file, else the user is asked. */
export async function chooseDefinition(argument: PipelineArgument | undefined, title: string): Promise<vscode.Uri | undefined> {
  if (argument?.definition !== undefined) {
    return vscode.Uri.parse(argument.definition);
  }
  const found = await findDefinitions();
  if (found.length === 0) {
    throw new AppError("notFound", vscode.l10n.t("There is no appstream-pipeline.json in this workspace."), {
      next: vscode.l10n.t("Create one with AppStream: New Monitoring Project…"),
      code: noDefinition,
    });
  }
  const nearest = nearestTo(vscode.window.activeTextEditor?.document.uri, found);
  if (nearest !== undefined || found.length === 1) {
    return nearest ?? found[0];
  }
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t("Which pipeline?"), ignoreFocusOut: true }))?.uri;
}

/** The only definition in the deepest folder at or above the open file. */
export function nearestTo(open: vscode.Uri | undefined, found: readonly vscode.Uri[]): vscode.Uri | undefined {
  if (open === undefined) {
    return undefined;
  }
  const exact = found.find((uri) => uri.toString() === open.toString());
  if (exact !== undefined) {
    return exact;
  }
  const above = found.filter((uri) => open.toString().startsWith(folderOf(uri)));
  const deepest = Math.max(...above.map((uri) => folderOf(uri).length));
  const nearest = above.filter((uri) => folderOf(uri).length === deepest);
  return nearest.length === 1 ? nearest[0] : undefined;
}

function folderOf(uri: vscode.Uri): string {
  return vscode.Uri.joinPath(uri, "..").toString().replace(/\/?$/, "/");
}

export interface OpenDefinition {
  readonly uri: vscode.Uri;
  readonly definition: PipelineDefinition;
  readonly aws: AwsBundle;
}

/** The file as the editor holds it, unsaved changes included; with an error it is opened and refused. */
export async function openDefinition(bundles: Bundles, uri: vscode.Uri): Promise<OpenDefinition> {
  const aws = await bundles.aws();
  const document = await vscode.workspace.openTextDocument(uri);
  const { definition, problems } = aws.parseDefinition(document.getText());
  if (definition === undefined) {
    const first = problems.find((problem) => problem.severity === "error");
    await vscode.window.showTextDocument(document);
    throw new AppError("invalidInput", vscode.l10n.t("{0} has an error: {1}", vscode.workspace.asRelativePath(uri), first?.message ?? ""));
  }
  return { uri, definition, aws };
}

/** Texts of the project's files: what the definition names must be there, the usual names are used when they are. */
export async function readProjectTexts({ uri, definition, aws }: OpenDefinition): Promise<ProjectTexts> {
  const { fileNames } = aws;
  const [agentConfig, agentTemplate, sessionConfig, sessionScript] = await Promise.all([
    readBeside(uri, definition.agentConfig, fileNames.agentConfig),
    readBeside(uri, undefined, fileNames.agentTemplate),
    readBeside(uri, definition.sessionConfig, fileNames.sessionConfig),
    readBeside(uri, definition.sessionScript, fileNames.sessionScript),
  ]);
  return {
    ...(agentConfig === undefined ? {} : { agentConfig }),
    ...(agentTemplate === undefined ? {} : { agentTemplate }),
    ...(sessionConfig === undefined ? {} : { sessionConfig }),
    ...(sessionScript === undefined ? {} : { sessionScript }),
  };
}

async function readBeside(uri: vscode.Uri, given: string | undefined, usual: string): Promise<string | undefined> {
  const file = vscode.Uri.joinPath(uri, "..", ...(given ?? usual).split(/[\\/]/));
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch (thrown) {
    if (given === undefined) {
      return undefined;
    }
    throw new AppError("notFound", vscode.l10n.t("The file {0}, named by the pipeline definition, cannot be read.", given), {
      cause: thrown,
    });
  }
}

/** AWS is never used for a workspace that somebody else may have prepared. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) {
    throw new AppError("invalidInput", vscode.l10n.t("Pipelines are not deployed from a workspace that is not trusted."), {
      next: vscode.l10n.t("Trust the workspace first."),
    });
  }
}
