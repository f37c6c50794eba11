import vscode = require("vscode");
import type { AppStreamPort } from "../core/aws/ports";
import { AppError } from "../core/errors";

const validitySeconds = 300;

/** Opens a session of a test user in the browser. Its address is a secret: it is neither logged nor stored. */
export async function openTestSession(appstream: AppStreamPort, fleetName: string): Promise<void> {
  const [stackName] = await appstream.listAssociatedStacks(fleetName);
  if (stackName === undefined) {
    throw new AppError("notFound", vscode.l10n.t("The fleet {0} belongs to no AppStream stack.", fleetName));
  }
  const url = await appstream.createStreamingUrl({ stackName, fleetName, userId: "test-user", validitySeconds });
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}
