import { ServiceError, type Input } from "../../service";

/** Collects violations of the API model and refuses with all of them, as the service's front end does. */
export class Violations {
  private readonly found: string[] = [];

  add(value: unknown, member: string, constraint: string): void {
    const shown = value === undefined || value === null ? "null" : typeof value === "string" ? value : JSON.stringify(value);
    this.found.push(`Value ${shown === "null" ? "null" : `'${shown}'`} at '${member}' failed to satisfy constraint: ${constraint}`);
  }

  text(value: unknown, member: string, rule: { min?: number; max: number; pattern?: RegExp }): void {
    if (typeof value !== "string") {
      this.add(undefined, member, "Member must not be null");
      return;
    }
    if (value.length < (rule.min ?? 1)) {
      this.add(value, member, `Member must have length greater than or equal to ${rule.min ?? 1}`);
    }
    if (value.length > rule.max) {
      this.add(value, member, `Member must have length less than or equal to ${rule.max}`);
    }
    if (rule.pattern !== undefined && !rule.pattern.test(value)) {
      this.add(value, member, `Member must satisfy regular expression pattern: ${rule.pattern.source.replace(/^\^|\$$/g, "")}`);
    }
  }

  number(value: unknown, member: string, min: number, max: number): void {
    if (value === undefined) {
      return;
    }
    if (typeof value !== "number" || value < min) {
      this.add(value, member, `Member must have value greater than or equal to ${min}`);
    } else if (value > max) {
      this.add(value, member, `Member must have value less than or equal to ${max}`);
    }
  }

  oneOf(value: unknown, member: string, allowed: readonly string[]): void {
    if (value !== undefined && !(typeof value === "string" && allowed.includes(value))) {
      this.add(value, member, `Member must satisfy enum value set: [${allowed.join(", ")}]`);
    }
  }

  throwIfAny(): void {
    const count = this.found.length;
    if (count > 0) {
      throw new ServiceError(
        "ValidationException",
        `${count} validation error${count === 1 ? "" : "s"} detected: ${this.found.join("; ")}`,
      );
    }
  }
}

/** The stream name of an input, checked against the model. */
export function streamName(input: Input): string {
  const name = input["DeliveryStreamName"];
  const violations = new Violations();
  violations.text(name, "deliveryStreamName", { max: 64, pattern: /^[a-zA-Z0-9_.-]+$/ });
  violations.throwIfAny();
  return String(name);
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError("InvalidArgumentException", message);
}
