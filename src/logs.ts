import * as l10n from "@vscode/l10n";

// Entry of dist/logs.js: loaded with the first command about tails and events.

export { createTails, type Tails, type TailsParts } from "./logs/createTails";

export function configureL10n(contents: Record<string, string>): void {
  l10n.config({ contents });
}
