import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { ifFound } from "../core/aws/found";
import type { IamPort } from "../core/aws/ports";
import { lazy, type ClientOptions } from "./clientOptions";
import { toTags } from "./present";

export function createIam({ sdk, call }: ClientOptions): IamPort {
  const client = lazy(() => new IAMClient(sdk("iam")));
  return {
    findRole: async (name, signal) => {
      const found = await ifFound(() => call((send) => client().send(new GetRoleCommand({ RoleName: name }), send), signal));
      return (
        found && {
          name: found.Role?.RoleName ?? name,
          arn: found.Role?.Arn ?? "",
          trustPolicy: decodeURIComponent(found.Role?.AssumeRolePolicyDocument ?? ""),
          tags: toTags(found.Role?.Tags),
        }
      );
    },
    inlinePolicies: async (roleName, signal) => {
      const { PolicyNames } = await call((send) => client().send(new ListRolePoliciesCommand({ RoleName: roleName }), send), signal);
      const policies: Record<string, string> = {};
      for (const name of PolicyNames ?? []) {
        const command = new GetRolePolicyCommand({ RoleName: roleName, PolicyName: name });
        const answer = await call((send) => client().send(command, send), signal);
        policies[name] = decodeURIComponent(answer.PolicyDocument ?? "");
      }
      return policies;
    },
    simulate: async ({ principalArn, actions, resources, context }, signal) => {
      const command = new SimulatePrincipalPolicyCommand({
        PolicySourceArn: principalArn,
        ActionNames: [...actions],
        ResourceArns: [...resources],
        ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyValues: [value],
          ContextKeyType: "string" as const,
        })),
      });
      const answer = await call((send) => client().send(command, send), signal);
      const results = answer.EvaluationResults ?? [];
      const isDenied = (action: string): boolean => results.some((one) => one.EvalActionName === action && one.EvalDecision !== "allowed");
      return Object.fromEntries(
        results.flatMap(({ EvalActionName = "", EvalDecision = "" }) =>
          EvalDecision === "allowed" && isDenied(EvalActionName) ? [] : [[EvalActionName, EvalDecision]],
        ),
      );
    },
  };
}
