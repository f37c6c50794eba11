import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { IdentityPort } from "../core/aws/ports";
import { lazy, type ClientOptions } from "./clientOptions";

export function createIdentity({ sdk, call }: ClientOptions): IdentityPort {
  const sts = lazy(() => new STSClient(sdk("sts")));
  return {
    getCallerIdentity: async (signal) => {
      const answer = await call((options) => sts().send(new GetCallerIdentityCommand({}), options), signal);
      return { account: answer.Account ?? "", arn: answer.Arn ?? "" };
    },
  };
}
