import * as l10n from "@vscode/l10n";

// Entry of dist/aws.js: everything that needs AWS and is loaded with the first call.

export function configureL10n(contents: Record<string, string>): void {
  l10n.config({ contents });
}

export { createAws } from "./aws/createAws";
export { listProfiles, type ProfileList } from "./aws/profiles";
export { consoleUrl } from "./core/aws/partition";
export { isRegionCode, regionHints } from "./core/aws/regions";
export { loadDomains } from "./core/resources/loadDomains";
export { loadFleets } from "./core/resources/loadFleets";
export { loadStreams } from "./core/resources/loadStreams";

// Pipelines: definition, deployment and destruction.
export { targetOf } from "./core/pipeline/definition";
export { Deployment } from "./core/pipeline/deployment";
export { Destruction } from "./core/pipeline/destruction";
export { findDrift } from "./core/pipeline/drift";
export { DriftRevert } from "./core/pipeline/driftRevert";
export { driftRevertText, driftText } from "./core/pipeline/driftText";
export { exportedFiles } from "./core/pipeline/exported";
export { endOperation, runningOperation, waysToEnd } from "./core/pipeline/interruption";
export { importedDefinition } from "./core/pipeline/imported";
export { parseDefinition } from "./core/pipeline/parse";
export { previewSummary } from "./core/pipeline/previewSummary";
export { destructionText, previewText } from "./core/pipeline/previewText";
export { fileNames, projectFiles } from "./core/pipeline/project";
export { paceOf, patientAttempts } from "./core/pipeline/progress";
export { deployedRows, partTitle, ProgressRows } from "./core/pipeline/resourceRows";
export { deployedState } from "./core/pipeline/state";

// Diagnosis.
export { diagnose, verdictText } from "./core/diagnosis/diagnose";
export { diagnosisText } from "./core/diagnosis/diagnosisText";
export { diagnosisTarget } from "./core/diagnosis/target";

// No part of AWS, but needed only with a first call too, and too large for the bundle that starts the extension.
export { SandboxProcess } from "./connection/sandboxProcess";

/** What the commands of pipelines do in the editor. Loaded apart from the rest of this bundle, which also runs where there is no editor. */
export const loadPipelineCommands = () => import("./pipeline/commands.js");
/** What the commands of tails and events do in the editor. */
export const loadTails = () => import("./logs/createTails.js");
/** The subcommands of the command line that deploy, follow and explain. */
export const loadSubcommands = () => import("./cli/awsSubcommands.js");
