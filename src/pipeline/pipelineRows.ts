import vscode = require("vscode");
import type { ResourceRow } from "../core/pipeline/resourceRows";
import type { PipelineArgument } from "../ids";

/** A definition file; its shape is the argument of the pipeline's commands. */
export interface PipelineNode extends PipelineArgument {
  readonly uri: vscode.Uri;
  /** As the argument of Tail Logs names it. */
  readonly pipeline: string;
}

/** A resource below its pipeline. */
export interface ResourceNode {
  readonly owner: PipelineNode;
  readonly row: ResourceRow;
}

/** A sentence below a resource, or in place of all resources. */
export interface TextNode {
  readonly owner: PipelineNode | ResourceNode;
  readonly text: string;
  readonly icon: string;
}

const icons: Readonly<Record<ResourceRow["tone"], string>> = {
  waiting: "circle-outline",
  busy: "sync~spin",
  ok: "pass",
  failed: "error",
  gone: "circle-slash",
};

export function resourceItem({ owner, row }: ResourceNode, partTitle: string): vscode.TreeItem {
  const { part, id, name, type, tone, description, reason } = row;
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState[reason === undefined ? "None" : "Expanded"]);
  // What can be expanded is another row to the editor: it does not change that on its own.
  item.id = `${owner.definition}/${part}/${id}${reason === undefined ? "" : "/reason"}`;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icons[tone]);
  item.tooltip = [`${id}: ${type}`, partTitle, description, ...(reason === undefined ? [] : [reason])].join("\n");
  item.contextValue = `pipelineResource.${tone}`;
  item.accessibilityInformation = { label: `${name}, ${type}, ${description}` };
  return item;
}

/** The service's own text, and what to do about it. */
export function textsOf(owner: ResourceNode): TextNode[] {
  const { reason, remedy } = owner.row;
  return [
    ...(reason === undefined ? [] : [{ owner, text: reason, icon: "comment" }]),
    ...(remedy === undefined ? [] : [{ owner, text: remedy, icon: "lightbulb" }]),
  ];
}

export function textItem({ text, icon }: TextNode): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = text;
  return item;
}
