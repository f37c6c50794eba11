import * as l10n from "@vscode/l10n";
import { partitionOf } from "../core/aws/partition";
import type { PriceOffer, PriceQuestion, PricesPort } from "../core/aws/ports";
import { AppError } from "../core/errors";
import type { ClientOptions } from "./clientOptions";
import { signedCall } from "./signedCall";

/** For all pages of one answer: prices are a convenience that nobody waits for longer. */
const usualPatience = 10_000;

interface Listed {
  readonly product?: { readonly productFamily?: string; readonly attributes?: Readonly<Record<string, string>> };
  readonly publicationDate?: string;
  readonly terms?: { readonly OnDemand?: Readonly<Record<string, { readonly priceDimensions?: Readonly<Record<string, Dimension>> }>> };
}

interface Dimension {
  readonly unit?: string;
  readonly beginRange?: string;
  readonly pricePerUnit?: Readonly<Record<string, string>>;
}

/** AWS's Price List Query API. It is free of charge, and answers for all Regions of the standard partition in three of them. */
export function createPrices(options: ClientOptions, patienceMs = usualPatience): PricesPort {
  const service = (): Parameters<typeof signedCall>[1] => ({
    ...{ id: "pricing", signingName: "pricing", target: "AWSPriceListService", host: "api.pricing" },
    region: nearestTo(options.connection.region),
  });
  return {
    list: async (asked, signal) => {
      const partition = partitionOf(asked.region).id;
      if (partition !== "aws") {
        throw new AppError("notFound", l10n.t("The partition {0} has no price list that can be asked.", partition));
      }
      const late = AbortSignal.timeout(patienceMs);
      const both = signal === undefined ? late : AbortSignal.any([signal, late]);
      const offers: PriceOffer[] = [];
      let token: string | undefined;
      do {
        const answer = await signedCall(options, service(), "GetProducts", inputFor(asked, token), both).catch((thrown: unknown) => {
          throw late.aborted && signal?.aborted !== true
            ? new AppError("network", l10n.t("It did not answer within {0} seconds.", patienceMs / 1000), { cause: thrown })
            : thrown;
        });
        for (const text of (answer["PriceList"] ?? []) as readonly string[]) {
          offers.push(...offersOf(JSON.parse(text) as Listed));
        }
        token = answer["NextToken"] as string | undefined;
      } while (token !== undefined && token !== "");
      return offers;
    },
  };
}

function nearestTo(region: string): string {
  if (/^(ap|me)-/.test(region)) {
    return "ap-south-1";
  }
  return /^(eu|af|il)-/.test(region) ? "eu-central-1" : "us-east-1";
}

function inputFor({ service, region, attributes, usage }: PriceQuestion, token: string | undefined): object {
  const filters = Object.entries({ regionCode: region, ...attributes }).map(([Field, Value]) => ({ Type: "TERM_MATCH", Field, Value }));
  return {
    ServiceCode: service,
    Filters: usage === undefined ? filters : [...filters, { Type: "CONTAINS", Field: "usagetype", Value: usage }],
    FormatVersion: "aws_v1",
    MaxResults: 100,
    ...(token === undefined ? {} : { NextToken: token }),
  };
}

function offersOf({ product, publicationDate, terms }: Listed): readonly PriceOffer[] {
  const attributes = { ...product?.attributes, productFamily: product?.productFamily ?? "" };
  return Object.values(terms?.OnDemand ?? {})
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions ?? {}))
    .flatMap(({ unit = "", beginRange = "0", pricePerUnit }) => {
      const usd = Number(pricePerUnit?.["USD"] ?? Number.NaN);
      return Number.isNaN(usd)
        ? []
        : [{ attributes, unit, usd, from: Number(beginRange), published: (publicationDate ?? "").slice(0, 10) }];
    });
}
