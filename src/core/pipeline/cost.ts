import * as l10n from "@vscode/l10n";
import type { PipelineDefinition } from "./definition";

export interface CostRow {
  readonly item: string;
  /** US dollars; absent where the unit is no hour. */
  readonly perHour?: number;
  readonly perMonth?: number;
  readonly note: string;
  readonly source: string;
}

/** When the unit prices below were noted; they are those of us-east-1, rounded. */
export const pricesNoted = "2026-10";

const sources = {
  opensearch: "https://aws.amazon.com/opensearch-service/pricing/",
  appstream: "https://aws.amazon.com/appstream2/pricing/",
  firehose: "https://aws.amazon.com/firehose/pricing/",
} as const;

const hoursPerMonth = 730;
const nodeHour: Readonly<Record<string, number>> = {
  "t2.small.search": 0.036,
  "t2.medium.search": 0.073,
  "t3.small.search": 0.036,
  "t3.medium.search": 0.073,
};
const gigabyteMonth: Readonly<Record<string, number>> = { gp2: 0.135, gp3: 0.122 };
const instanceHour: Readonly<Record<string, number>> = { "stream.standard.medium": 0.1 };
const normalizedHour = 0.0065;

/** What the pipeline costs while it exists. Unit facts, never a promise of a total. */
export function costTable(definition: PipelineDefinition): readonly CostRow[] {
  return [...domainRows(definition), ...appstreamRows(definition), firehoseRow()];
}

/** What bills by the hour from now on, as a reminder. */
export function billingText(definition: PipelineDefinition): string {
  const rows = costTable(definition).filter((row) => row.perHour !== undefined && !row.item.startsWith(builderItem(definition)));
  const items = rows.map((row) => `${row.item} (${(row.perHour ?? 0).toFixed(3)} USD)`).join(", ");
  return items === ""
    ? l10n.t("Nothing of it bills by the hour.")
    : l10n.t("Billed each hour from now on: {0}. A stopped fleet and a stopped image builder cost nothing.", items);
}

function builderItem({ image }: PipelineDefinition): string {
  return l10n.t("Image builder: {0}", image.builderInstanceType);
}

function domainRows({ domain, existing, stream }: PipelineDefinition): CostRow[] {
  if (stream.destination !== "opensearch" || existing.domain !== undefined || existing.stream !== undefined) {
    return [];
  }
  const rows = [
    hourly(
      l10n.t("Domain: {0} × {1}", domain.instanceCount, domain.instanceType),
      nodeHour[domain.instanceType],
      domain.instanceCount,
      l10n.t("From the start of its creation until its deletion."),
      sources.opensearch,
    ),
  ];
  const gigabyte = gigabyteMonth[domain.volumeType];
  const gigabytes = domain.instanceCount * domain.volumeGb;
  rows.push({
    item: l10n.t("Domain: {0} GiB {1}", gigabytes, domain.volumeType),
    ...(gigabyte === undefined ? {} : { perMonth: gigabyte * gigabytes }),
    note: "",
    source: sources.opensearch,
  });
  if (/^Elasticsearch_7\.[1-8]$/.test(domain.engineVersion)) {
    rows.push(
      hourly(
        l10n.t("Extended support of {0}", domain.engineVersion),
        normalizedHour * 2,
        domain.instanceCount,
        l10n.t("Counted with two normalized units for each node."),
        sources.opensearch,
      ),
    );
  }
  return rows;
}

function appstreamRows(definition: PipelineDefinition): CostRow[] {
  const { fleet, image, existing } = definition;
  const rows: CostRow[] = [];
  if (existing.image === undefined && existing.fleet === undefined) {
    const note = l10n.t("Only while it runs: about an hour for one image.");
    rows.push({
      item: builderItem(definition),
      ...optional("perHour", instanceHour[image.builderInstanceType]),
      note,
      source: sources.appstream,
    });
  }
  if (existing.fleet === undefined) {
    const idle = l10n.t("On demand: about 0.025 USD an hour for each idle instance, the full price only in use.");
    const always = l10n.t("Always, whether somebody uses it or not. A stopped fleet costs nothing.");
    rows.push(
      hourly(
        l10n.t("Fleet: {0} × {1}", fleet.desiredInstances, fleet.instanceType),
        instanceHour[fleet.instanceType],
        fleet.desiredInstances,
        fleet.type === "ON_DEMAND" ? idle : always,
        sources.appstream,
      ),
    );
  }
  rows.push({
    item: l10n.t("User fee on Windows fleets"),
    perMonth: 4.19,
    note: l10n.t("For each user who has a session in the month."),
    source: sources.appstream,
  });
  return rows;
}

function firehoseRow(): CostRow {
  return {
    item: l10n.t("Delivery stream"),
    note: l10n.t("About 0.029 USD per GB; each record counts as at least 5 KB."),
    source: sources.firehose,
  };
}

function hourly(item: string, each: number | undefined, count: number, note: string, source: string): CostRow {
  return each === undefined
    ? { item, note: [l10n.t("See the price page."), note].join(" "), source }
    : { item, perHour: each * count, perMonth: each * count * hoursPerMonth, note, source };
}

function optional(key: "perHour", value: number | undefined): { perHour?: number } {
  return value === undefined ? {} : { [key]: value };
}
