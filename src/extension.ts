import vscode = require("vscode");
import { offerKept } from "./logs/keptOffer";
import { watchForOurs } from "./workbench/ourDocuments";
import { LateViews } from "./workbench/lateViews";

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

/**
 * The door, open in every window: it holds the places of commands and views, offers the tails of the window before, and loads
 * main.js with the first of them that is used, or with the first document that looks like one of ours.
 */
export function activate(context: vscode.ExtensionContext): void {
  const places: vscode.Disposable[] = [];
  let entered: Promise<void> | undefined;
  const enter = (): Promise<void> =>
    (entered ??= import("./main.js").then(({ start }) => {
      // In the same turn as the real ones come: no command is missing in between.
      places.forEach((place) => {
        place.dispose();
      });
      start(context, views.open);
    }));
  const views = new LateViews(enter);
  for (const { command } of (context.extension.packageJSON as Manifest).contributes.commands) {
    places.push(
      vscode.commands.registerCommand(command, async (...given: unknown[]) => {
        await enter();
        return vscode.commands.executeCommand(command, ...given);
      }),
    );
  }
  places.push(
    offerKept(context.workspaceState),
    watchForOurs(context.workspaceState, () => void enter()),
  );
  context.subscriptions.push(views, ...places);
}
