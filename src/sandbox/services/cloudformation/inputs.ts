import { Reader, type Tag } from "../../inputs";
import type { Input } from "../../service";
import { validationError, type StackItem } from "./items";

export const read = (input: Input): Reader => new Reader(input, "ValidationError");

export const stackNamePattern = /^[a-zA-Z][-a-zA-Z0-9]*$/;
const tokenPattern = /^[a-zA-Z0-9][-a-zA-Z0-9]*$/;
const changeSetPattern = /^[a-zA-Z][-a-zA-Z0-9]*$/;

/** A name or an id. */
export function stackReference(reader: Reader, member = "StackName"): string {
  const value = reader.requiredText(member, { min: 1 });
  if (value.startsWith("arn:")) {
    return value;
  }
  return reader.requiredText(member, { min: 1, max: 128, pattern: stackNamePattern });
}

export function tokenOf(reader: Reader, member = "ClientRequestToken"): string | undefined {
  return reader.text(member, { min: 1, max: 128, pattern: tokenPattern });
}

export function changeSetName(reader: Reader): string {
  const value = reader.requiredText("ChangeSetName", { min: 1, max: 1600 });
  return value.startsWith("arn:") ? value : reader.requiredText("ChangeSetName", { min: 1, max: 128, pattern: changeSetPattern });
}

export function tagsIn(reader: Reader): Tag[] {
  const tags = reader.tags("Tags", 50);
  const reserved = tags.find((tag) => tag.Key.toLowerCase().startsWith("aws:"));
  if (reserved !== undefined) {
    throw validationError("aws: prefixed tag key names are not allowed for external use.");
  }
  if (new Set(tags.map((tag) => tag.Key)).size !== tags.length) {
    throw validationError("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  return tags;
}

/** Parameter values given, those of the stack where the request says so. */
export function parametersIn(reader: Reader, stack: StackItem | undefined): Record<string, string> {
  const values: Record<string, string> = {};
  for (const parameter of reader.structures("Parameters", 200)) {
    const key = parameter.requiredText("ParameterKey");
    const value = parameter.text("ParameterValue", { max: 4096 });
    if (parameter.flag("UsePreviousValue") === true) {
      const previous = stack?.parameters[key];
      if (previous === undefined) {
        throw validationError(
          `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
        );
      }
      values[key] = previous;
    } else if (value !== undefined) {
      values[key] = value;
    }
  }
  return values;
}

/** Text of the template: in the request or, where it says so, the stack's own. */
export function templateIn(reader: Reader, stack: StackItem | undefined): string {
  if (reader.flag("UsePreviousTemplate") === true) {
    if (stack === undefined || stack.template === "") {
      throw validationError("Cannot use the previous template of a stack that has none.");
    }
    return stack.template;
  }
  if (reader.has("TemplateURL")) {
    throw validationError("TemplateURL must be a supported URL. This sandbox takes templates in the request only.");
  }
  const text = reader.text("TemplateBody", { min: 1 });
  if (text === undefined) {
    throw validationError("Either Template URL or Template Body must be specified.");
  }
  return text;
}
