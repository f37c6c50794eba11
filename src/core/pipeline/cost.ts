import * as l10n from "@vscode/l10n";
import type { PricesPort } from "../aws/ports";
import { runningInstances, type PipelineDefinition } from "./definition";
import { products, readPrices, sourceOf, type Price, type PriceReading, type Product } from "./prices";

export interface CostRow {
  readonly item: string;
  readonly unit: Unit;
  /** Of one unit; absent where neither the price list nor the built-in numbers have it. */
  readonly price?: Price;
  /** US dollars; absent where the quantity is not known before. */
  readonly perHour?: number;
  readonly perMonth?: number;
  readonly note: string;
  /** Where prices are explained. */
  readonly page: string;
  /** From the deployment on, whatever happens. */
  readonly isStanding: boolean;
}

export interface Costs {
  readonly rows: readonly CostRow[];
  /** Why the price list was not read. */
  readonly problem?: string;
}

type Unit = "hour" | "gigabyte" | "gigabyteMonth" | "userMonth";

interface Part {
  readonly item: string;
  readonly unit: Unit;
  readonly product: Product;
  /** Units a time; absent where that depends on the use. */
  readonly count?: number;
  /** Units at once, of what is used for some hours only. */
  readonly atOnce?: number;
  readonly note?: string;
  readonly page: string;
}

const pages = {
  opensearch: "https://aws.amazon.com/opensearch-service/pricing/",
  appstream: "https://aws.amazon.com/appstream2/pricing/",
  firehose: "https://aws.amazon.com/firehose/pricing/",
  s3: "https://aws.amazon.com/s3/pricing/",
  cloudwatch: "https://aws.amazon.com/cloudwatch/pricing/",
  vpc: "https://aws.amazon.com/vpc/pricing/",
} as const;

const hoursPerMonth = 730;

/** What the pipeline costs while it exists, by the price list of its Region. Prices of units, never a promise of a total. */
export async function readCosts(port: PricesPort, definition: PipelineDefinition, signal?: AbortSignal): Promise<Costs> {
  const parts = costParts(definition);
  const reading = await readPrices(
    port,
    definition.region,
    parts.map(({ product }) => product),
    signal,
  );
  return costsOf(parts, reading);
}

/** What bills by the hour from now on, as a reminder. */
export function billingText({ rows }: Costs): string {
  const items = rows
    .filter((row) => row.isStanding && row.perHour !== undefined)
    .map((row) => `${row.item} (${(row.perHour ?? 0).toFixed(3)} USD)`)
    .join(", ");
  return items === ""
    ? l10n.t("Nothing of it bills by the hour.")
    : l10n.t("Billed each hour from now on: {0}. A stopped fleet and a stopped image builder cost nothing.", items);
}

function costsOf(parts: readonly Part[], { price, problem }: PriceReading): Costs {
  return { rows: parts.map((part) => rowOf(part, price(part.product))), ...(problem === undefined ? {} : { problem }) };
}

function rowOf({ item, unit, count, atOnce, note = "", page }: Part, price: Price | undefined): CostRow {
  const isStanding = count !== undefined;
  if (price === undefined) {
    return { item, unit, note: [l10n.t("See the price page."), note].filter(Boolean).join(" "), page, isStanding };
  }
  const amount = (count ?? atOnce ?? Number.NaN) * price.usd;
  const hourly = unit === "hour" && !Number.isNaN(amount) ? { perHour: amount } : {};
  const monthly = count === undefined ? {} : { perMonth: unit === "hour" ? amount * hoursPerMonth : amount };
  return { item, unit, price, ...hourly, ...monthly, note, page, isStanding };
}

function costParts(definition: PipelineDefinition): readonly Part[] {
  return [...domainParts(definition), ...appstreamParts(definition), ...deliveryParts(definition)];
}

function domainParts({ domain, existing, stream }: PipelineDefinition): readonly Part[] {
  if (stream.destination !== "opensearch" || existing.domain !== undefined || existing.stream !== undefined) {
    return [];
  }
  const gigabytes = domain.instanceCount * domain.volumeGb;
  const page = pages.opensearch;
  const parts: readonly Part[] = [
    {
      item: l10n.t("Domain: {0} × {1}", domain.instanceCount, domain.instanceType),
      ...{ unit: "hour", product: products.node(domain.instanceType), count: domain.instanceCount, page },
      note: l10n.t("From the start of its creation until its deletion."),
    },
    {
      item: l10n.t("Domain: {0} GiB {1}", gigabytes, domain.volumeType),
      ...{ unit: "gigabyteMonth", product: products.volume(domain.volumeType), count: gigabytes, page },
    },
  ];
  if (!/^Elasticsearch_7\.[1-8]$/.test(domain.engineVersion)) {
    return parts;
  }
  const support: Part = {
    item: l10n.t("Extended support of {0}", domain.engineVersion),
    ...{ unit: "hour", product: products.extendedSupport(), count: domain.instanceCount * 2, page },
    note: l10n.t("Counted with two normalized units for each node."),
  };
  return [...parts, support];
}

function appstreamParts(definition: PipelineDefinition): readonly Part[] {
  const { fleet, image, existing } = definition;
  const page = pages.appstream;
  const parts: Part[] = [];
  if (existing.image === undefined && existing.fleet === undefined) {
    parts.push({
      item: l10n.t("Image builder: {0}", image.builderInstanceType),
      ...{ unit: "hour", product: products.builder(image.builderInstanceType), atOnce: 1, page },
      note: l10n.t("Only while it runs: about an hour for one image."),
    });
  }
  if (existing.fleet === undefined) {
    const { instanceType } = fleet;
    const count = runningInstances(definition);
    const standing = fleet.desiredInstances === 0 ? { atOnce: count } : { count };
    const full = {
      item: l10n.t("Fleet: {0} × {1}", count, instanceType),
      unit: "hour",
      product: products.fleet(instanceType),
      page,
    } as const;
    if (fleet.type === "ON_DEMAND") {
      const idle = l10n.t("Fleet: {0} × {1}, nobody connected", count, instanceType);
      parts.push(
        {
          ...{ item: idle, unit: "hour", product: products.idleInstance(), ...standing, page },
          note: l10n.t("While the fleet runs. A stopped fleet costs nothing."),
        },
        {
          ...full,
          item: l10n.t("Fleet: {0} × {1}, all in use", count, instanceType),
          atOnce: count,
          note: l10n.t("Instead of the price before, for the time that somebody is connected."),
        },
      );
    } else {
      parts.push({ ...full, ...standing, note: l10n.t("Always, whether somebody uses it or not. A stopped fleet costs nothing.") });
    }
    if (fleet.defaultInternetAccess) {
      parts.push({
        item: l10n.t("Public IPv4 addresses of {0} instances", count),
        ...{ unit: "hour", product: products.address(), ...standing, page: pages.vpc },
        note: l10n.t("While the fleet runs."),
      });
    }
  }
  parts.push({
    item: l10n.t("User fee on Windows fleets"),
    ...{ unit: "userMonth", product: products.user(), page },
    note: l10n.t("For each user who has a session in the month; schools and own licenses pay less."),
  });
  return parts;
}

function deliveryParts({ existing, logs }: PipelineDefinition): readonly Part[] {
  if (existing.stream !== undefined) {
    return [];
  }
  return [
    {
      item: l10n.t("Delivery stream"),
      ...{ unit: "gigabyte", product: products.ingestion(), page: pages.firehose },
      note: l10n.t("Each record counts as at least 5 KB."),
    },
    {
      item: l10n.t("Bucket"),
      ...{ unit: "gigabyteMonth", product: products.bucket(), page: pages.s3 },
      note: l10n.t("What could not be delivered, and the backup of all documents where it is on."),
    },
    {
      item: l10n.t("Log group {0}", logs.group),
      ...{ unit: "gigabyte", product: products.logs(), page: pages.cloudwatch },
      note: l10n.t("Errors of the delivery only."),
    },
  ];
}

/** Price of a unit in words, such as 0.029 USD per GB; empty where it is not known. */
export function priceText({ price, unit }: CostRow): string {
  const money = price === undefined ? "" : String(Number(price.usd.toFixed(6)));
  if (money === "") {
    return "";
  }
  switch (unit) {
    case "hour":
      return l10n.t("{0} USD an hour", money);
    case "gigabyte":
      return l10n.t("{0} USD per GB", money);
    case "gigabyteMonth":
      return l10n.t("{0} USD per GB and month", money);
    case "userMonth":
      return l10n.t("{0} USD per user and month", money);
  }
}

/** Date, Region and price page of a row. */
export function costSource({ price, page }: CostRow): string {
  return price === undefined ? page : `${sourceOf(price)}: ${page}`;
}

/** What the numbers are and are not. */
export function costNote({ rows, problem }: Costs): string {
  return [
    l10n.t("US dollars before taxes, discounts and free tiers; the bill decides."),
    ...(problem === undefined ? [] : [l10n.t("AWS's price list was not read, or not all of it: {0}", problem)]),
    ...(rows.some(({ price }) => price?.isListed === false)
      ? [l10n.t("Prices noted for us-east-1 are those of the month given; other Regions differ.")]
      : []),
  ].join(" ");
}
