import { type Input, ServiceError } from "../../service";

export interface TextRule {
  readonly pattern?: RegExp;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

export const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,100}$/;
const arnPattern =
  /^arn:aws(?:-cn|-us-gov|-iso-?[a-z]*)?:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.\\-]{0,1023}$/;

/** Members by name, checked as AppStream's front end checks them. */
export class InputReader {
  private readonly input: Input;

  constructor(input: Input, known: readonly string[]) {
    this.input = input;
    const unknown = Object.keys(input).find((key) => !known.includes(key));
    if (unknown !== undefined) {
      throw new ServiceError("SerializationException", `Unknown member ${unknown}`);
    }
  }

  has(name: string): boolean {
    return this.input[name] !== undefined && this.input[name] !== null;
  }

  raw(name: string): unknown {
    return this.input[name] ?? undefined;
  }

  text(name: string, rule: TextRule = {}): string | undefined {
    const value = this.raw(name);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== "string") {
      throw new ServiceError("SerializationException", `${memberName(name)} must be a string`);
    }
    const { pattern, min, max, values } = rule;
    if (min !== undefined && value.length < min) {
      throw constraint(name, value, `Member must have length greater than or equal to ${min}`);
    }
    if (max !== undefined && value.length > max) {
      throw constraint(name, value, `Member must have length less than or equal to ${max}`);
    }
    if (pattern?.test(value) === false) {
      throw constraint(name, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
    }
    if (values?.includes(value) === false) {
      throw constraint(name, value, `Member must satisfy enum value set: [${values.join(", ")}]`);
    }
    return value;
  }

  requiredText(name: string, rule: TextRule = {}): string {
    const value = this.text(name, rule);
    if (value === undefined) {
      throw constraint(name, null, "Member must not be null");
    }
    return value;
  }

  name(member = "Name"): string {
    return this.requiredText(member, { pattern: namePattern });
  }

  arn(member: string): string | undefined {
    return this.text(member, { pattern: arnPattern });
  }

  number(name: string, min: number, max: number): number | undefined {
    const value = this.raw(name);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== "number" || !Number.isInteger(value)) {
      throw new ServiceError("SerializationException", `${memberName(name)} must be an integer`);
    }
    if (value < min || value > max) {
      throw constraint(
        name,
        value,
        value < min ? `Member must have value greater than or equal to ${min}` : `Member must have value less than or equal to ${max}`,
      );
    }
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value !== undefined && typeof value !== "boolean") {
      throw new ServiceError("SerializationException", `${memberName(name)} must be a boolean`);
    }
    return value;
  }

  texts(name: string, max = 100): readonly string[] | undefined {
    const value = this.raw(name);
    if (value === undefined) {
      return undefined;
    }
    if (!Array.isArray(value) || value.some((entry) => typeof entry !== "string")) {
      throw new ServiceError("SerializationException", `${memberName(name)} must be a list of strings`);
    }
    if (value.length > max) {
      throw constraint(name, value.length, `Member must have length less than or equal to ${max}`);
    }
    return value as string[];
  }

  structure(name: string): Input | undefined {
    const value = this.raw(name);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== "object" || Array.isArray(value)) {
      throw new ServiceError("SerializationException", `${memberName(name)} must be a structure`);
    }
    return value as Input;
  }

  tags(name = "Tags"): Record<string, string> {
    const tags = Object.entries(this.structure(name) ?? {});
    if (tags.length > 50) {
      throw constraint(name, tags.length, "Member must have length less than or equal to 50");
    }
    for (const [key, value] of tags) {
      if (key.length < 1 || key.length > 128 || key.startsWith("aws:") || typeof value !== "string" || value.length > 256) {
        throw constraint(
          name,
          key,
          "Member must satisfy constraint: [a tag key has 1 to 128 characters and does not begin with aws:, a value at most 256]",
        );
      }
    }
    return Object.fromEntries(tags) as Record<string, string>;
  }
}

function memberName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function constraint(name: string, value: string | number | null, what: string): ServiceError {
  const shown = value === null ? "Value null" : `Value '${value}'`;
  return new ServiceError(
    "ValidationException",
    `1 validation error detected: ${shown} at '${memberName(name)}' failed to satisfy constraint: ${what}`,
  );
}

export function notFound(kind: string, name: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", `The ${kind} ${name} was not found.`);
}

/** One page of a list; tokens are opaque. */
export function pageOf<T>(items: readonly T[], token: string | undefined, size: number): { page: readonly T[]; next: string | undefined } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString("utf8"));
  if (!Number.isInteger(start) || start < 0) {
    throw new ServiceError("InvalidParameterCombinationException", "The NextToken is not valid.");
  }
  const end = start + size;
  return { page: items.slice(start, end), next: end < items.length ? Buffer.from(String(end)).toString("base64url") : undefined };
}
