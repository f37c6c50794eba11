import * as l10n from "@vscode/l10n";

// Entry of dist/language.js: loaded with the first recognised document.

export function configureL10n(contents: Record<string, string>): void {
  l10n.config({ contents });
}

/** For the diagnosis, which the commands of pipelines run: the rules are here. */
export { checkTexts } from "./core/diagnosis/checkTexts";

/** What the editor offers for the documents. Loaded apart from the rest of this bundle, which also runs where there is no editor. */
export const loadFeatures = () => import("./language/registerLanguage.js");
/** The subcommands of the command line that check and explain files. */
export const loadSubcommands = () => import("./cli/languageSubcommands.js");
