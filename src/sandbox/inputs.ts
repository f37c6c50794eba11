import { ServiceError, type Input } from "./service";

export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly values?: readonly string[];
}

/** Members of an operation's input, checked as the services' front ends do. Numbers and flags may come as text, as awsQuery sends them. */
export class Reader {
  private readonly input: Input;
  private readonly code: string;

  /** `code` is the service's error name for an input that breaks its model. */
  constructor(input: Input, code: string) {
    this.input = input;
    this.code = code;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  raw(name: string): unknown {
    return this.input[name] ?? undefined;
  }

  text(name: string, rule: TextRule = {}): string | undefined {
    const value = this.raw(name);
    if (value === undefined) {
      return undefined;
    }
    const text = scalarText(value);
    if (text === undefined) {
      throw this.unreadable(name, "a string");
    }
    const problem = textProblem(text, rule);
    if (problem !== undefined) {
      throw this.violation(name, text, problem);
    }
    return text;
  }

  requiredText(name: string, rule: TextRule = {}): string {
    const text = this.text(name, rule);
    if (text === undefined) {
      throw this.violation(name, null, "Member must not be null");
    }
    return text;
  }

  number(name: string, min = -Infinity, max = Infinity): number | undefined {
    const raw = this.raw(name);
    if (raw === undefined) {
      return undefined;
    }
    const value = typeof raw === "string" && raw.trim() !== "" ? Number(raw) : raw;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw this.unreadable(name, "a number");
    }
    if (value < min) {
      throw this.violation(name, value, `Member must have value greater than or equal to ${min}`);
    }
    if (value > max) {
      throw this.violation(name, value, `Member must have value less than or equal to ${max}`);
    }
    return value;
  }

  flag(name: string): boolean | undefined {
    const raw = this.raw(name);
    if (raw === undefined || typeof raw === "boolean") {
      return raw;
    }
    if (raw === "true" || raw === "false") {
      return raw === "true";
    }
    throw this.unreadable(name, "a boolean");
  }

  /** An absent list, and the empty text by which awsQuery sends an empty one, read as empty. */
  list(name: string, max = Infinity): readonly unknown[] {
    const raw = this.raw(name) ?? "";
    if (raw === "") {
      return [];
    }
    if (!Array.isArray(raw)) {
      throw this.unreadable(name, "a list");
    }
    if (raw.length > max) {
      throw this.violation(name, `[${raw.length} items]`, `Member must have length less than or equal to ${max}`);
    }
    return raw;
  }

  texts(name: string, max = Infinity): readonly string[] {
    return this.list(name, max).map((item) => {
      const text = scalarText(item);
      if (text === undefined) {
        throw this.unreadable(name, "a list of strings");
      }
      return text;
    });
  }

  structure(name: string): Reader | undefined {
    const raw = this.raw(name);
    if (raw === undefined || raw === "") {
      return undefined;
    }
    if (typeof raw !== "object" || Array.isArray(raw)) {
      throw this.unreadable(name, "a structure");
    }
    return new Reader(raw as Input, this.code);
  }

  structures(name: string, max = Infinity): readonly Reader[] {
    return this.list(name, max).map((item) => {
      if (typeof item !== "object" || item === null || Array.isArray(item)) {
        throw this.unreadable(name, "a list of structures");
      }
      return new Reader(item as Input, this.code);
    });
  }

  /** A list of `{Key, Value}`. */
  tags(name: string, max = 50): Tag[] {
    return this.structures(name, max).map((tag) => ({
      Key: tag.requiredText("Key", { min: 1, max: 128 }),
      Value: tag.text("Value", { max: 256 }) ?? "",
    }));
  }

  violation(name: string, value: string | number | null, constraint: string): ServiceError {
    const shown = value === null ? "Value null" : `Value '${value}'`;
    return new ServiceError(
      this.code,
      `1 validation error detected: ${shown} at '${lowerFirst(name)}' failed to satisfy constraint: ${constraint}`,
    );
  }

  private unreadable(name: string, what: string): ServiceError {
    return new ServiceError("SerializationException", `${name} must be ${what}.`);
  }
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** `added` over `tags`, by key, the order of first appearance kept. */
export function mergeTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  return [...new Map([...tags, ...added].map((tag) => [tag.Key, tag])).values()];
}

/** Text, number or boolean as text. */
export function scalarText(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function textProblem(text: string, { min, max, pattern, values }: TextRule): string | undefined {
  if (min !== undefined && text.length < min) {
    return `Member must have length greater than or equal to ${min}`;
  }
  if (max !== undefined && text.length > max) {
    return `Member must have length less than or equal to ${max}`;
  }
  if (pattern?.test(text) === false) {
    return `Member must satisfy regular expression pattern: ${pattern.source.replace(/^\^|\$$/g, "")}`;
  }
  return values?.includes(text) === false ? `Member must satisfy enum value set: [${values.join(", ")}]` : undefined;
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** One page of a listing whose token is an opaque offset; `refuse` makes the error for a token that is none of ours. */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
  refuse: () => ServiceError,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const text = token === undefined ? "0" : Buffer.from(token, "base64url").toString("latin1");
  if (!/^\d{1,9}$/.test(text)) {
    throw refuse();
  }
  const end = Number(text) + size;
  return {
    items: items.slice(Number(text), end),
    next: end < items.length ? Buffer.from(String(end)).toString("base64url") : undefined,
  };
}
