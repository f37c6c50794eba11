import { ServiceError, type Service } from "../../service";
import type { World } from "../../world";
import { changeSetName, read, stackReference, templateIn } from "./inputs";
import { changeSetsOf, getStack, validationError } from "./items";
import { neededCapability, toPlan } from "./plan";
import { parseTemplate, type Template } from "./template";
import { typeOf } from "./types/registry";

/** What can be asked about templates, those of stacks and those that are given. */
export function templateOperations(world: World): Service["operations"] {
  return {
    GetTemplate: (input, call) => {
      const reader = read(input);
      const stack = reader.has("StackName") ? getStack(world, call, stackReference(reader)) : undefined;
      const named = reader.has("ChangeSetName") ? changeSetName(reader) : undefined;
      const changeSet = [...changeSetsOf(world).values()].find(
        (each) => each.id === named || (each.name === named && each.stackId === stack?.id),
      );
      if (named !== undefined && changeSet === undefined) {
        throw new ServiceError("ChangeSetNotFound", `ChangeSet [${named}] does not exist`, 404);
      }
      if (stack === undefined && changeSet === undefined) {
        throw validationError("StackName is required if ChangeSetName is not specified.");
      }
      return { TemplateBody: changeSet?.template ?? stack?.template, StagesAvailable: ["Original", "Processed"] };
    },
    ValidateTemplate: (input) => {
      const template = checked(world, templateIn(read(input), undefined));
      return {
        ...summary(template),
        Parameters: declarations(template).map((each) => ({ ...each, ParameterType: undefined, ParameterConstraints: undefined })),
      };
    },
    GetTemplateSummary: (input, call) => {
      const reader = read(input);
      const text = reader.has("StackName") ? getStack(world, call, stackReference(reader)).template : templateIn(reader, undefined);
      const template = checked(world, text);
      const types = [...new Set(Object.values(template.resources).map((resource) => resource.type))];
      return {
        ...summary(template),
        Parameters: declarations(template),
        ResourceTypes: types,
        Version: template.version,
        Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
        DeclaredTransforms: [],
        ResourceIdentifierSummaries: types
          .filter((type) => typeOf(type).nameProperty !== undefined)
          .map((type) => ({
            ResourceType: type,
            LogicalResourceIds: Object.entries(template.resources)
              .filter(([, resource]) => resource.type === type)
              .map(([id]) => id),
            ResourceIdentifiers: [typeOf(type).nameProperty],
          })),
      };
    },
  };
}

function checked(world: World, text: string): Template {
  const template = parseTemplate(text);
  const defaults = Object.fromEntries(Object.entries(template.parameters).map(([name, parameter]) => [name, parameter.default ?? ""]));
  toPlan(world, { id: "template", name: "template", region: "us-east-1" }, template, defaults, []);
  return template;
}

function summary(template: Template): Record<string, unknown> {
  const needed = neededCapability(template);
  const iam = [...new Set(Object.values(template.resources).map((each) => each.type))].filter((type) => type.startsWith("AWS::IAM::"));
  return {
    Description: template.description,
    Capabilities: needed === undefined ? [] : [needed],
    CapabilitiesReason: needed === undefined ? undefined : `The following resource(s) require capabilities: [${iam.join(", ")}]`,
  };
}

function declarations(template: Template): Record<string, unknown>[] {
  return Object.entries(template.parameters).map(([key, parameter]) => ({
    ParameterKey: key,
    DefaultValue: parameter.default,
    ParameterType: parameter.type,
    NoEcho: parameter.noEcho,
    Description: parameter.description,
    ParameterConstraints: { AllowedValues: parameter.raw["AllowedValues"] },
  }));
}

// Changing a stack.
