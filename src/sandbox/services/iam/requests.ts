import { pageOf, Reader } from "../../inputs";
import { ServiceError, type Input, type Output } from "../../service";

const rolePattern = /^[\w+=,.@-]+$/;
export const read = (input: Input): Reader => new Reader(input, "ValidationError");
export const roleName = (reader: Reader): string => reader.requiredText("RoleName", { min: 1, max: 64, pattern: rolePattern });
export const policyName = (reader: Reader): string => reader.requiredText("PolicyName", { min: 1, max: 128, pattern: rolePattern });

export function page(input: Input, name: string, items: readonly unknown[]): Output {
  const reader = read(input);
  const marker = reader.text("Marker", { min: 1 });
  const size = reader.number("MaxItems", 1, 1000) ?? 100;
  const { items: found, next } = pageOf(items, marker, size, () => new ServiceError("ValidationError", "Invalid Marker."));
  return { [name]: found, IsTruncated: next !== undefined, Marker: next };
}
