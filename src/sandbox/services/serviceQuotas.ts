import { toArn } from "../arns";
import { fault } from "../faults";
import { Reader } from "../inputs";
import { ServiceError, type Service } from "../service";
import type { World } from "../world";

interface Known {
  readonly code: string;
  readonly name: string;
  readonly value: number;
}

/** What a new account gets, by the names that Service Quotas gives them; the list of AppStream alone, and of it what matters here. */
const appstream: readonly Known[] = [
  { code: "L-8A6F32DC", name: "Fleets", value: 10 },
  { code: "L-3FEADC0C", name: "Active fleets", value: 10 },
  { code: "L-A8B8B901", name: "Stacks", value: 10 },
  { code: "L-DE32F884", name: "Image builders", value: 10 },
  { code: "L-E1182CCA", name: "Private images", value: 10 },
  { code: "L-F302715A", name: "Standard small streaming instances for fleets", value: 50 },
  { code: "L-59CF7EF6", name: "Standard medium streaming instances for fleets", value: 50 },
  { code: "L-94844324", name: "Standard large streaming instances for fleets", value: 50 },
  { code: "L-E200E807", name: "Memory-optimized large streaming instances for fleets", value: 10 },
  { code: "L-19CE5BF0", name: "Memory-optimized z1d large streaming instances for fleets", value: 10 },
  { code: "L-22B15436", name: "Compute-optimized 2xlarge streaming instances for fleets", value: 0 },
  { code: "L-3D9782E8", name: "Graphics G4DN xlarge streaming instances for fleets", value: 0 },
  { code: "L-94EC4C6F", name: "Standard small streaming instances for image builders", value: 5 },
  { code: "L-B16A2AA7", name: "Standard medium streaming instances for image builders", value: 5 },
  { code: "L-76C589E8", name: "Standard large streaming instances for image builders", value: 5 },
];

/** The quota of that name as the account has it: the switch `quota` may say otherwise. */
export function quotaOf(world: World, name: string, usual: number): number {
  const pairs = (fault(world, "quota") ?? "").split(",").map((pair) => pair.split("="));
  const value = pairs.find(([given]) => given?.trim().toLowerCase() === name.toLowerCase())?.[1];
  return value === undefined ? usual : Number(value);
}

export function createServiceQuotas(world: World): Service {
  return {
    name: "servicequotas",
    operations: {
      ListServiceQuotas: (input, call) => {
        const reader = new Reader(input, "IllegalArgumentException");
        const serviceCode = reader.requiredText("ServiceCode", { min: 1, max: 63, pattern: /^[a-zA-Z][a-zA-Z0-9-]{1,63}$/ });
        const size = reader.number("MaxResults", 1, 100) ?? 100;
        const start = Number(reader.text("NextToken") ?? 0);
        if (serviceCode !== "appstream2") {
          throw new ServiceError("NoSuchResourceException", `The sandbox knows no quotas of the service ${serviceCode}.`);
        }
        const page = appstream.slice(start, start + size);
        return {
          Quotas: page.map(({ code, name, value }) => ({
            ServiceCode: serviceCode,
            ServiceName: "Amazon AppStream 2.0",
            QuotaArn: toArn("servicequotas", call.region, world.account, `${serviceCode}/${code}`),
            QuotaCode: code,
            QuotaName: name,
            Value: quotaOf(world, name, value),
            Unit: "None",
            Adjustable: true,
            GlobalQuota: false,
          })),
          ...(start + size < appstream.length ? { NextToken: String(start + size) } : {}),
        };
      },
    },
  };
}
