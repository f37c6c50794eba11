import * as l10n from "@vscode/l10n";

// Entry of dist/language.js: loaded with the first recognised document.

export { registerLanguage } from "./language/registerLanguage";
/** For the diagnosis, which the commands of pipelines run: the rules are here. */
export { checkTexts } from "./core/diagnosis/checkTexts";

export function configureL10n(contents: Record<string, string>): void {
  l10n.config({ contents });
}
