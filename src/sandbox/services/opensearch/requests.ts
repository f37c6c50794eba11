import { pageOf, type Reader } from "../../inputs";
import type { Output } from "../../service";
import { invalid } from "./rules";

export const domainName = (reader: Reader): string => reader.requiredText("DomainName", { min: 3, max: 28, pattern: /^[a-z][a-z0-9-]+$/ });
export const enginePattern = /^Elasticsearch_[0-9]{1}\.[0-9]{1,2}$|^OpenSearch_[0-9]{1,2}\.[0-9]{1,2}$/;

export function page(reader: Reader, name: string, items: readonly unknown[]): Output {
  const size = reader.number("MaxResults", 0, 100) ?? 100;
  const { items: found, next } = pageOf(items, reader.text("NextToken"), size === 0 ? 100 : size, () => invalid("Invalid NextToken"));
  return { [name]: found, NextToken: next };
}
