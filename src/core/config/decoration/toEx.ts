import type { LegacyPart, LegacyVariable } from "./legacy";
import { parseLegacyObject, parseLegacyText } from "./legacy";

/** The expression that gives the record's time, without braces; `_timestamp` is the time of reading behind some sources. */
export type TimeVariable = string;

const identifier = /^[A-Za-z_$][A-Za-z0-9_:]*$/;
const keyword = /^(?:true|false|null|timestamp)$/i;

/** A TextDecoration in the grammar of TextDecorationEx; undefined when it holds what that grammar cannot say. */
export function textToEx(text: string, time: TimeVariable): string | undefined {
  return partsToEx(parseLegacyText(text).parts, time, "text");
}

/** An ObjectDecoration in the grammar of ObjectDecorationEx; undefined when it cannot be said there, or means something else. */
export function objectToEx(text: string, time: TimeVariable): string | undefined {
  const attributes = attributesToEx(text, time, "object");
  const keys = new Set(attributes?.map(({ key }) => key));
  const stale = [...text.matchAll(/\{\$([^}]*)\}/g)].some((match) => keys.has(match[1] ?? ""));
  return stale ? undefined : attributes?.map(({ key, value }) => `${key}=${value}`).join(";");
}

/** The attributes of an ObjectDecoration as parts of a text: `key=value key=value`. */
export function objectToText(text: string, time: TimeVariable): string | undefined {
  return attributesToEx(text, time, "text")
    ?.map(({ key, value }) => `${key}=${value}`)
    .join(" ");
}

function attributesToEx(text: string, time: TimeVariable, form: "text" | "object"): { key: string; value: string }[] | undefined {
  const converted: { key: string; value: string }[] = [];
  for (const { key, value } of parseLegacyObject(text).pairs) {
    const written = value === undefined || /[{}]/.test(key) ? undefined : partsToEx(value.parts, time, form);
    if (written === undefined) {
      return undefined;
    }
    converted.push({ key: key.trim(), value: written });
  }
  return converted;
}

/** A template of JSON, whose braces the old grammar takes for variables: those that hold a name stay variables. */
export function jsonTemplateToEx(text: string, time: TimeVariable): string | undefined {
  let result = "";
  let at = 0;
  for (const match of text.matchAll(/\{(?:[$_]?[A-Za-z][\w:-]*|timestamp:[^{}"]*|)\}|\{/gi)) {
    result += text.slice(at, match.index);
    at = match.index + match[0].length;
    const part = match[0].length > 2 ? partsToEx(parseLegacyText(match[0]).parts, time, "text") : braceIn(result) + match[0].slice(1);
    if (part === undefined) {
      return undefined;
    }
    result += part;
  }
  return result + text.slice(at);
}

/** `@{` is a brace only where a token starts. */
function braceIn(before: string): string {
  return before === "" || before.endsWith("}") || before.endsWith("@{") ? "@{" : "{'{'}";
}

function partsToEx(parts: readonly LegacyPart[], time: TimeVariable, form: "text" | "object"): string | undefined {
  let result = "";
  for (const part of parts) {
    const written = part.kind === "literal" ? part.text.replaceAll("{", "{'{'}") : variableToEx(part, time);
    if (written === undefined) {
      return undefined;
    }
    result = (form === "text" && written.startsWith("{") ? withoutEscape(result) : result) + written;
  }
  return result;
}

/** An @ at the start of a token would make the brace behind it a plain one. */
function withoutEscape(text: string): string {
  return /(?:^|\})@$/.test(text) ? `${text.slice(0, -1)}{'@'}` : text;
}

function variableToEx({ name, form, argument }: LegacyVariable, time: TimeVariable): string | undefined {
  switch (form) {
    case "field":
      return identifier.test(name) ? `{${name}}` : `{$${constant(argument)}}`;
    case "timestamp":
      return `{format(${time},${constant(argument)})}`;
    case "metadata":
      return identifier.test(argument) ? `{${argument}}` : undefined;
    case "blank":
      return undefined;
    case "ec2":
      return argument.toLowerCase() === "instance-id" ? "{instance_id}" : identifier.test(name) ? `{${name}}` : undefined;
    default:
      return identifier.test(name) && !keyword.test(name) ? `{${name}}` : undefined;
  }
}

function constant(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
