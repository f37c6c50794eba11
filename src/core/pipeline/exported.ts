import { stackName, type PipelineDefinition, type StackPart } from "./definition";
import { hasResources, pipelineTemplate, templateText } from "./template";

/** Templates and parameters for a team's own tooling, by file name. */
export function exportedFiles(definition: PipelineDefinition): Readonly<Record<string, string>> {
  const parts: readonly StackPart[] = ["ingest", "streaming"];
  const files: Record<string, string> = {};
  for (const part of parts.filter((one) => hasResources(definition, one))) {
    const name = stackName(definition, part);
    files[`${name}.template.json`] = `${templateText(definition, part)}\n`;
    files[`${name}.template.yaml`] = `${toYaml(pipelineTemplate(definition, part))}\n`;
  }
  const values = [
    { ParameterKey: "ImageName", ParameterValue: definition.existing.image ?? definition.image.name },
    { ParameterKey: "MachineRoleArn", ParameterValue: `Output MachineRoleArn of ${stackName(definition, "ingest")}` },
  ];
  files[`${stackName(definition, "streaming")}.parameters.json`] = `${JSON.stringify(values, undefined, 2)}\n`;
  return files;
}

/** Plain JSON values as YAML: block style, every text quoted as JSON does, which YAML reads alike. */
export function toYaml(value: unknown, indent = ""): string {
  if (Array.isArray(value) && value.length > 0) {
    return value.map((one) => `${indent}- ${nested(one, `${indent}  `).trimStart()}`).join("\n");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
    const entries = Object.entries(value as Record<string, unknown>).filter(([, one]) => one !== undefined);
    return entries.map(([key, one]) => `${indent}${yamlKey(key)}:${isBlock(one) ? "\n" : " "}${nested(one, `${indent}  `)}`).join("\n");
  }
  return JSON.stringify(value);
}

function nested(value: unknown, indent: string): string {
  return isBlock(value) ? toYaml(value, indent) : JSON.stringify(value);
}

function isBlock(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function yamlKey(key: string): string {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(key) ? key : JSON.stringify(key);
}
