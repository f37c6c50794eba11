import type { Quota, QuotasPort } from "../core/aws/ports";
import type { ClientOptions } from "./clientOptions";
import { signedCall } from "./signedCall";

const service = { id: "service_quotas", signingName: "servicequotas", target: "ServiceQuotasV20190624" };

interface Answer {
  readonly Quotas?: readonly { readonly QuotaName?: string; readonly QuotaCode?: string; readonly Value?: number }[];
  readonly NextToken?: string;
}

export function createQuotas(options: ClientOptions): QuotasPort {
  return {
    list: async (serviceCode, signal) => {
      const found: Quota[] = [];
      let token: string | undefined;
      do {
        const input = { ServiceCode: serviceCode, MaxResults: 100, ...(token === undefined ? {} : { NextToken: token }) };
        const answer = (await signedCall(options, service, "ListServiceQuotas", input, signal)) as Answer;
        for (const { QuotaName: name, QuotaCode: code, Value: value } of answer.Quotas ?? []) {
          if (name !== undefined && value !== undefined) {
            found.push({ name, code: code ?? "", value });
          }
        }
        token = answer.NextToken;
      } while (token !== undefined);
      return found;
    },
  };
}
