import { Reader } from "../inputs";
import { ServiceError, type Input, type Service } from "../service";
import { priceListOf, type ListedProduct } from "./pricing/products";

/** The Regions that answer for all others. */
const homes = new Set(["us-east-1", "eu-central-1", "ap-south-1"]);

interface Filter {
  readonly kind: string;
  readonly field: string;
  readonly value: string;
}

/** The Price List Query API with made-up prices, a little different in each Region. */
export function createPricing(): Service {
  return {
    name: "pricing",
    operations: {
      GetProducts: (input, call) => {
        if (!homes.has(call.region)) {
          throw new ServiceError("InvalidSignatureException", "Credential should be scoped to a valid region.");
        }
        const reader = new Reader(input, "InvalidParameterException");
        const serviceCode = reader.requiredText("ServiceCode", { min: 1, max: 64 });
        const version = reader.text("FormatVersion") ?? "aws_v1";
        const size = reader.number("MaxResults", 1, 100) ?? 100;
        const start = Number(reader.text("NextToken") ?? 0);
        if (version !== "aws_v1") {
          throw new ServiceError("InvalidParameterException", `Invalid format version: ${version}`);
        }
        const filters = filtersOf(input);
        const region = filters.find(({ field }) => field === "regionCode")?.value ?? "us-east-1";
        const found = priceListOf(serviceCode, region).filter((product) => filters.every((filter) => passes(product, filter)));
        return {
          FormatVersion: version,
          PriceList: found.slice(start, start + size).map((product) => JSON.stringify(product)),
          ...(start + size < found.length ? { NextToken: String(start + size) } : {}),
        };
      },
    },
  };
}

function filtersOf(input: Input): readonly Filter[] {
  const given = (input["Filters"] ?? []) as readonly Readonly<Record<string, unknown>>[];
  return given.map((one) => {
    const { Type: kind, Field: field, Value: value } = one;
    if (typeof kind !== "string" || typeof field !== "string" || typeof value !== "string") {
      throw new ServiceError("InvalidParameterException", "Each filter needs Type, Field and Value.");
    }
    return { kind, field, value };
  });
}

function passes({ product }: ListedProduct, { kind, field, value }: Filter): boolean {
  const is = field === "productFamily" ? product.productFamily : (product.attributes[field] ?? "");
  switch (kind) {
    case "TERM_MATCH":
    case "EQUALS":
      return is === value;
    case "CONTAINS":
      return is.includes(value);
    case "ANY_OF":
      return value.split(",").includes(is);
    case "NONE_OF":
      return !value.split(",").includes(is);
    default:
      throw new ServiceError("InvalidParameterException", `Invalid filter type: ${kind}`);
  }
}
