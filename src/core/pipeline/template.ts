import { AppError } from "../errors";
import * as l10n from "@vscode/l10n";
import type { PipelineDefinition, StackPart } from "./definition";
import { ingestTemplate } from "./ingestTemplate";
import { streamingTemplate } from "./streamingTemplate";

export interface Resource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: "Delete" | "Retain" | "RetainExceptOnCreate";
  readonly UpdateReplacePolicy?: "Delete" | "Retain";
  readonly CreationPolicy?: object;
  readonly UpdatePolicy?: object;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, object>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Description: string; readonly Value: unknown }>>;
}

/** CloudFormation's limit for a template in the request itself, in bytes. */
export const maxTemplateBytes = 51_200;

export function pipelineTemplate(definition: PipelineDefinition, part: StackPart): Template {
  return part === "ingest" ? ingestTemplate(definition) : streamingTemplate(definition);
}

/** False when everything of a part exists already, so that there is no CloudFormation stack to make. */
export function hasResources(definition: PipelineDefinition, part: StackPart): boolean {
  return Object.keys(pipelineTemplate(definition, part).Resources).length > 0;
}

/** The template as CloudFormation gets it. */
export function templateText(definition: PipelineDefinition, part: StackPart): string {
  const template = pipelineTemplate(definition, part);
  if (Object.keys(template.Resources).length === 0) {
    throw new AppError(
      "invalidInput",
      l10n.t('Everything of the {0} part of "{1}" exists already: it has no template.', part, definition.name),
    );
  }
  return JSON.stringify(template, undefined, 1);
}
