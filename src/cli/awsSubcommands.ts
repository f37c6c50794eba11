import { deploy } from "./deploy";
import { destroy } from "./destroy";
import { diagnosePipeline } from "./diagnose";
import { drift } from "./drift";
import { exportTemplates, exportUsage } from "./export";
import { importPipeline, importUsage } from "./import";
import { newProject, newUsage } from "./new";
import { pipelineUsage } from "./pipelineArguments";
import { preview } from "./preview";
import type { LoadedSubcommand } from "./subcommand";
import { tail, tailUsage } from "./tail";
import { tailHelp } from "./tailHelp";
import { template, templateUsage } from "./template";

export const awsSubcommands = {
  deploy: { run: deploy, usage: pipelineUsage("deploy") },
  destroy: { run: destroy, usage: pipelineUsage("destroy") },
  diagnose: { run: diagnosePipeline, usage: pipelineUsage("diagnose") },
  drift: { run: drift, usage: pipelineUsage("drift") },
  export: { run: exportTemplates, usage: exportUsage },
  import: { run: importPipeline, usage: importUsage },
  new: { run: newProject, usage: newUsage },
  preview: { run: preview, usage: pipelineUsage("preview") },
  tail: { run: tail, usage: `${tailUsage}${tailHelp}` },
  template: { run: template, usage: templateUsage },
} satisfies Record<string, LoadedSubcommand>;
