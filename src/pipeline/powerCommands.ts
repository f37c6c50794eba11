import vscode = require("vscode");
import type { AppStreamPort } from "../core/aws/ports";
import type { ResourceArgument } from "../ids";
import { run } from "../workbench/commands";
import { isProtected, nameOf, type PipelineTools } from "./deploy";
import { typedName } from "./typedName";

type Power = "start" | "stop" | "delete";

/** Start and stop of a fleet or an image builder, and deletion of a builder, from the tree. */
export function createPower(tools: Pick<PipelineTools, "connections">, power: Power): (resource?: ResourceArgument) => Promise<void> {
  return async (resource) => {
    if (resource === undefined) {
      return;
    }
    const { connection, aws } = await tools.connections.connect();
    const word = words[power]();
    const heading = `${word}: ${resource.name}`;
    const detail = vscode.l10n.t("Profile {0}, Region {1}.", nameOf(connection), connection.region);
    const agreed = isProtected(connection)
      ? await typedName(`${heading} ${detail}`, heading, resource.name)
      : (await vscode.window.showWarningMessage(
          heading,
          { modal: true, detail: `${detail} ${effect(power, resource)}` },
          words[power](),
        )) === words[power]();
    if (agreed) {
      await act(aws.appstream, power, resource);
      await run("appstreamMonitor.explorer.refresh");
    }
  };
}

const words: Readonly<Record<Power, () => string>> = {
  start: () => vscode.l10n.t("Start"),
  stop: () => vscode.l10n.t("Stop"),
  delete: () => vscode.l10n.t("Delete"),
};

function effect(power: Power, { kind }: ResourceArgument): string {
  if (power === "start") {
    return vscode.l10n.t("It is billed by the hour from now on.");
  }
  return kind === "fleet"
    ? vscode.l10n.t("Running sessions end. A stopped fleet costs nothing.")
    : vscode.l10n.t("What was not made into an image stays only on a stopped builder.");
}

function act(appstream: AppStreamPort, power: Power, { kind, name }: ResourceArgument): Promise<void> {
  if (power === "delete") {
    return appstream.deleteImageBuilder(name);
  }
  if (kind === "fleet") {
    return power === "start" ? appstream.startFleet(name) : appstream.stopFleet(name);
  }
  return power === "start" ? appstream.startImageBuilder(name) : appstream.stopImageBuilder(name);
}
