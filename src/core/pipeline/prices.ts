import * as l10n from "@vscode/l10n";
import type { PriceOffer, PricesPort, PriceQuestion } from "../aws/ports";
import { isAbort, isWithoutCredentials, toAppError } from "../errors";

/** One thing that AWS bills, how its price list words it, and what it cost in us-east-1 when that was noted. */
export interface Product {
  readonly asked: Omit<PriceQuestion, "region">;
  /** Which of the offers that fit the question is meant. */
  readonly isMeant: (offer: PriceOffer) => boolean;
  /** US dollars a unit. */
  readonly noted?: number;
}

/** US dollars a unit, and where the number comes from. */
export interface Price {
  readonly usd: number;
  readonly region: string;
  /** Day on which the price list was published, or month in which the number was noted. */
  readonly date: string;
  readonly isListed: boolean;
}

/** When the built-in prices were noted; they are those of us-east-1, rounded. */
const noted = { region: "us-east-1", date: "2026-10", isListed: false } as const;

const streaming = (instanceType: string, instanceFunction: string, usd?: number): Product => ({
  asked: { service: "AmazonAppStream", attributes: { instanceType } },
  isMeant: ({ attributes }) =>
    attributes["instanceFunction"] === instanceFunction &&
    attributes["operatingSystem"] === "Windows" &&
    attributes["licenseModel"] !== "Bring Your Own License",
  ...(usd === undefined ? {} : { noted: usd }),
});

const streamingHour: Readonly<Record<string, number>> = { "stream.standard.medium": 0.1 };
const nodeHour: Readonly<Record<string, number>> = {
  "t2.small.search": 0.036,
  "t2.medium.search": 0.073,
  "t3.small.search": 0.036,
  "t3.medium.search": 0.073,
};
const volumes: Readonly<Record<string, { readonly usage: string; readonly noted?: number }>> = {
  gp2: { usage: "ES:GP2-Storage", noted: 0.135 },
  gp3: { usage: "ES:GP3-Storage", noted: 0.122 },
  standard: { usage: "ES:Magnetic-Storage" },
};

const known = (table: Readonly<Record<string, number>>, key: string): { noted?: number } => {
  const found = table[key];
  return found === undefined ? {} : { noted: found };
};
/** The usage type without the Region that most of them begin with, as in EUC1-ES:GP3-Storage. */
const usageIs =
  (usage: string) =>
  ({ attributes }: PriceOffer): boolean =>
    (attributes["usagetype"] ?? "").replace(/^[A-Z]{2,4}\d?-/, "") === usage;

export const products = {
  builder: (instanceType: string) => streaming(instanceType, "ImageBuilder", streamingHour[instanceType]),
  fleet: (instanceType: string) => streaming(instanceType, "Fleet", streamingHour[instanceType]),
  idleInstance: (): Product => ({
    asked: { service: "AmazonAppStream", attributes: { instanceFunction: "StoppedFleetInstance" } },
    isMeant: ({ unit }) => /^ho?u?rs?$/i.test(unit),
    noted: 0.025,
  }),
  user: (): Product => ({
    asked: { service: "AmazonAppStream", attributes: { productFamily: "User Fees" } },
    isMeant: ({ attributes }) =>
      !/multi/i.test(attributes["usagetype"] ?? "") && !/^(true|yes)$/i.test(attributes["multiSession"] ?? "") && !isReduced(attributes),
    noted: 4.19,
  }),
  node: (instanceType: string): Product => ({
    asked: { service: "AmazonES", attributes: { instanceType } },
    isMeant: ({ unit, attributes }) => /^Hrs$/i.test(unit) && /Instance$/.test(attributes["productFamily"] ?? ""),
    ...known(nodeHour, instanceType),
  }),
  volume: (type: string): Product => {
    const { usage, noted: usd } = volumes[type] ?? { usage: type };
    return {
      asked: { service: "AmazonES", attributes: { productFamily: "Amazon OpenSearch Service Volume" } },
      isMeant: usageIs(usage),
      ...(usd === undefined ? {} : { noted: usd }),
    };
  },
  extendedSupport: (): Product => ({
    asked: { service: "AmazonES", attributes: {}, usage: "OpenSearchExtendedSupport" },
    isMeant: usageIs("OpenSearchExtendedSupport"),
    noted: 0.0065,
  }),
  ingestion: (): Product => ({
    asked: { service: "AmazonKinesisFirehose", attributes: { group: "Event-by-Event Processing" } },
    isMeant: ({ attributes }) => /^$|direct/i.test(attributes["sourcetype"] ?? ""),
    noted: 0.029,
  }),
  bucket: (): Product => ({
    asked: { service: "AmazonS3", attributes: { productFamily: "Storage", volumeType: "Standard" } },
    isMeant: usageIs("TimedStorage-ByteHrs"),
    noted: 0.023,
  }),
  logs: (): Product => ({
    asked: { service: "AmazonCloudWatch", attributes: { productFamily: "Data Payload" }, usage: "DataProcessing-Bytes" },
    isMeant: usageIs("DataProcessing-Bytes"),
    noted: 0.5,
  }),
  address: (): Product => ({
    asked: { service: "AmazonVPC", attributes: { group: "VPCPublicIPv4Address" } },
    isMeant: usageIs("PublicIPv4:InUseAddress"),
    noted: 0.005,
  }),
} as const;

/** For schools. */
function isReduced(attributes: PriceOffer["attributes"]): boolean {
  return /academic|education/i.test(`${attributes["usagetype"] ?? ""} ${attributes["licenseModel"] ?? ""}`);
}

/** What a product costs in a Region: undefined where neither the price list nor the built-in numbers say. */
type Priced = (product: Product) => Price | undefined;

const notedPrice: Priced = ({ noted: usd }) => (usd === undefined ? undefined : { usd, ...noted });

export interface PriceReading {
  readonly price: Priced;
  /** Why the price list, or a part of it, was not read. */
  readonly problem?: string;
}

/** Asks the price list for all of the products, each question once. What it does not answer costs what was noted. */
export async function readPrices(
  port: PricesPort,
  region: string,
  wanted: readonly Product[],
  signal?: AbortSignal,
): Promise<PriceReading> {
  const answers = new Map<string, readonly PriceOffer[]>();
  let problem: string | undefined;
  const ask = async (key: string, asked: Product["asked"]): Promise<void> => {
    try {
      answers.set(key, await port.list({ ...asked, region }, signal));
    } catch (thrown) {
      const error = toAppError(thrown);
      if (isAbort(thrown) || isWithoutCredentials(error)) {
        throw thrown;
      }
      problem ??= error.message;
    }
  };
  await Promise.all([...new Map(wanted.map(({ asked }) => [JSON.stringify(asked), asked]))].map(([key, asked]) => ask(key, asked)));
  const price: Priced = (product) => listed(answers.get(JSON.stringify(product.asked)) ?? [], product, region) ?? notedPrice(product);
  return problem === undefined ? { price } : { price, problem };
}

/** The price of the first tier. Offers that contradict each other are as good as none. */
function listed(offers: readonly PriceOffer[], { isMeant }: Product, region: string): Price | undefined {
  const meant = offers.filter((offer) => offer.usd > 0 && offer.from === 0 && isMeant(offer));
  const [first, ...others] = meant;
  return first === undefined || others.some(({ usd }) => usd !== first.usd)
    ? undefined
    : { usd: first.usd, region, date: first.published, isListed: true };
}

/** Where a price comes from and of when it is. */
export function sourceOf({ region, date, isListed }: Price): string {
  return isListed ? l10n.t("AWS price list of {0} for {1}", date, region) : l10n.t("noted in {0} for {1}", date, region);
}
