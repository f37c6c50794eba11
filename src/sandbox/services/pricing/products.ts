import { createHash } from "node:crypto";

/** One product of the price list, in the form of aws_v1. */
export interface ListedProduct {
  readonly product: { readonly productFamily: string; readonly attributes: Readonly<Record<string, string>>; readonly sku: string };
  readonly serviceCode: string;
  readonly terms: Readonly<Record<string, unknown>>;
  readonly version: string;
  readonly publicationDate: string;
}

interface Entry {
  readonly family: string;
  readonly usage: string;
  readonly unit: string;
  /** US dollars in us-east-1, one for each tier. */
  readonly usd: number | readonly (readonly [from: number, usd: number])[];
  readonly attributes?: Readonly<Record<string, string>>;
}

const published = "2026-11-20T00:00:00Z";

const streamingTypes: Readonly<Record<string, number>> = {
  "stream.standard.small": 0.05,
  "stream.standard.medium": 0.1,
  "stream.standard.large": 0.2,
  "stream.standard.xlarge": 0.4,
  "stream.compute.large": 0.21,
  "stream.memory.large": 0.28,
  "stream.graphics.g4dn.xlarge": 1.07,
};

const nodeTypes: Readonly<Record<string, number>> = {
  "t2.small.search": 0.036,
  "t2.medium.search": 0.073,
  "t3.small.search": 0.036,
  "t3.medium.search": 0.073,
  "m5.large.search": 0.142,
  "m6g.large.search": 0.128,
  "r6g.large.search": 0.167,
};

function streaming(): readonly Entry[] {
  const functions = [
    ["Fleet", "fleet"],
    ["MultiSessionFleet", "msf"],
    ["ImageBuilder", "ib"],
    ["ElasticFleet", "ef"],
  ] as const;
  const systems = [
    ["Windows", "AppStream provided", 1],
    ["Windows BYOL", "Bring Your Own License", 0.9],
    ["Amazon Linux", "AppStream provided", 0.9],
  ] as const;
  const instances = Object.entries(streamingTypes).flatMap(([instanceType, usd]) =>
    functions.flatMap(([instanceFunction, short]) =>
      systems.map(([operatingSystem, licenseModel, share]): Entry => ({
        ...{ family: "Streaming Instance", usage: `${instanceType}-${short}`, unit: "hour" },
        usd: usd * share * (instanceFunction === "MultiSessionFleet" ? 1.02 : 1),
        attributes: { instanceType, instanceFunction, operatingSystem, licenseModel, operation: "Streaming:001" },
      })),
    ),
  );
  const stopped = { instanceFunction: "StoppedFleetInstance", operation: "StoppedInstance" };
  const fee = (usage: string, usd: number, multiSession: string): Entry => ({
    ...{ family: "User Fees", usage, unit: "users", usd, attributes: { multiSession, operation: "RDS CAL" } },
  });
  return [
    ...instances,
    { family: "Stopped Instance", usage: "stopped-instance", unit: "hour", usd: 0.025, attributes: stopped },
    fee("rds-sal", 4.19, "No"),
    fee("rds-sal-multi-session", 6.42, "Yes"),
    fee("rds-sal-multi-session-additional", 2.23, "Yes"),
  ];
}

function search(): readonly Entry[] {
  const operation = { operation: "ESDomain" };
  const nodes = Object.entries(nodeTypes).map(([instanceType, usd]): Entry => ({
    ...{ family: "Amazon OpenSearch Service Instance", usage: `ESInstance:${instanceType.replace(".search", "")}`, unit: "Hrs", usd },
    attributes: { ...operation, instanceType, currentGeneration: instanceType.startsWith("t2") ? "No" : "Yes" },
  }));
  const volume = (usage: string, usd: number, storageMedia: string): Entry => ({
    ...{ family: "Amazon OpenSearch Service Volume", usage, unit: "GB-Mo", usd, attributes: { ...operation, storageMedia } },
  });
  return [
    ...nodes,
    volume("ES:GP2-Storage", 0.135, "GP2"),
    volume("ES:GP3-Storage", 0.122, "GP3"),
    volume("ES:PIOPS-Storage", 0.169, "PIOPS"),
    volume("ES:Magnetic-Storage", 0.067, "Magnetic"),
    { family: "Amazon OpenSearch Service Instance", usage: "OpenSearchExtendedSupport", unit: "Hrs", usd: 0.0065, attributes: operation },
  ];
}

const tables: Readonly<Record<string, () => readonly Entry[]>> = {
  AmazonAppStream: streaming,
  AmazonES: search,
  AmazonKinesisFirehose: () => [
    {
      ...{ family: "Kinesis Firehose", usage: "BilledBytes", unit: "GB" },
      usd: [
        [0, 0.029],
        [512_000, 0.025],
        [2_048_000, 0.02],
      ],
      attributes: { group: "Event-by-Event Processing", operation: "PutRecord" },
    },
    {
      ...{ family: "Kinesis Firehose", usage: "MSK-BilledBytes", unit: "GB", usd: 0.055 },
      attributes: { group: "Event-by-Event Processing", operation: "PutRecord", sourcetype: "MSK" },
    },
    { family: "Kinesis Firehose", usage: "VpcDelivery-Hours", unit: "Hours", usd: 0.01, attributes: { operation: "RunVpcInstance" } },
  ],
  AmazonS3: () => [
    {
      ...{ family: "Storage", usage: "TimedStorage-ByteHrs", unit: "GB-Mo" },
      usd: [
        [0, 0.023],
        [51_200, 0.022],
        [512_000, 0.021],
      ],
      attributes: { volumeType: "Standard", storageClass: "General Purpose" },
    },
    {
      ...{ family: "Storage", usage: "TimedStorage-SIA-ByteHrs", unit: "GB-Mo", usd: 0.0125 },
      attributes: { volumeType: "Standard - Infrequent Access", storageClass: "Infrequent Access" },
    },
  ],
  AmazonCloudWatch: () => [
    { family: "Data Payload", usage: "DataProcessing-Bytes", unit: "GB", usd: 0.5, attributes: { group: "Ingested Logs" } },
    { family: "Data Payload", usage: "DataProcessingIA-Bytes", unit: "GB", usd: 0.25, attributes: { group: "Ingested Logs" } },
  ],
  AmazonVPC: () => [
    { family: "VpcPublicIPv4", usage: "PublicIPv4:InUseAddress", unit: "Hrs", usd: 0.005, attributes: { group: "VPCPublicIPv4Address" } },
    { family: "VpcPublicIPv4", usage: "PublicIPv4:IdleAddress", unit: "Hrs", usd: 0.005, attributes: { group: "VPCPublicIPv4Address" } },
  ],
};

/** Beginnings of usage types that AWS gives; us-east-1 has none. */
const prefixes: Readonly<Record<string, string>> = {
  "us-east-1": "",
  "us-west-2": "USW2-",
  "eu-west-1": "EU-",
  "eu-central-1": "EUC1-",
  "ap-south-1": "APS3-",
  "ap-southeast-1": "APS1-",
  "ap-northeast-1": "APN1-",
  "ap-northeast-2": "APN2-",
};

/** 1 in us-east-1, 1.02 to 1.3 elsewhere, the same at any time. */
function dearness(region: string): number {
  return region === "us-east-1" ? 1 : 1.02 + (digest(region).readUInt16BE(0) % 29) / 100;
}

/** All products of a service in a Region; of a service that the sandbox does not price, none. */
export function priceListOf(serviceCode: string, region: string): readonly ListedProduct[] {
  const prefix = prefixes[region] ?? `${region.replace(/-/g, "").toUpperCase().slice(0, 3)}${region.slice(-1)}-`;
  return (tables[serviceCode]?.() ?? []).map(({ family, usage, unit, usd, attributes }) => {
    const usagetype = prefix + usage;
    const sku = skuOf(`${serviceCode} ${usagetype} ${JSON.stringify(attributes)}`);
    return {
      product: {
        productFamily: family,
        attributes: { servicecode: serviceCode, locationType: "AWS Region", regionCode: region, usagetype, ...attributes },
        sku,
      },
      serviceCode,
      terms: { OnDemand: onDemand(sku, unit, typeof usd === "number" ? [[0, usd]] : usd, dearness(region)) },
      version: "20261120000000",
      publicationDate: published,
    };
  });
}

function onDemand(sku: string, unit: string, tiers: readonly (readonly [number, number])[], factor: number): object {
  const offer = `${sku}.JRTCKXETXF`;
  const dimensions = tiers.map(([from, usd], at) => {
    const rateCode = `${offer}.${skuOf(`${sku} ${at}`).slice(0, 10)}`;
    const price = (usd * factor).toFixed(10);
    const range = { beginRange: String(from), endRange: String(tiers[at + 1]?.[0] ?? "Inf") };
    const description = `$${Number(price)} per ${unit}`;
    return [rateCode, { rateCode, unit, ...range, description, appliesTo: [], pricePerUnit: { USD: price } }];
  });
  const term = { sku, offerTermCode: "JRTCKXETXF", effectiveDate: "2026-11-01T00:00:00Z", termAttributes: {} };
  return { [offer]: { ...term, priceDimensions: Object.fromEntries(dimensions) as object } };
}

function skuOf(text: string): string {
  return digest(text).toString("hex").toUpperCase().slice(0, 16);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
