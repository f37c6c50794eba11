import { matchesFault } from "../../faults";
import type { Reader } from "../../inputs";
import { decide } from "../../policies";
import { ServiceError, type Input, type Output } from "../../service";
import type { World } from "../../world";
import { parseDocument } from "./documents";
import { page, read } from "./requests";
import { decideForCaller, findRoleByArn } from "./roles";

export function simulate(world: World, input: Input): Output {
  const reader = read(input);
  const source = reader.requiredText("PolicySourceArn", { min: 20, max: 2048 });
  const actions = reader.texts("ActionNames");
  const resources = reader.has("ResourceArns") ? reader.texts("ResourceArns") : ["*"];
  if (!/^arn:[^:]+:iam::\d{12}:(user|role|group)\/.+$/.test(source)) {
    throw new ServiceError("InvalidInput", `Invalid Entity Arn: ${source} does not clearly define entity type and name.`);
  }
  if (source.includes(":role/") && findRoleByArn(world, source) === undefined) {
    throw new ServiceError("NoSuchEntity", `The role with name ${source.slice(source.lastIndexOf("/") + 1)} cannot be found.`, 404);
  }
  const context = contextOf(reader);
  const extra = reader.texts("PolicyInputList").flatMap(parseDocument);
  const results = actions.flatMap((action) =>
    resources.map((resource) => {
      const denied = matchesFault(world, "accessDenied", action);
      const decision = denied ? "implicitDeny" : decideForCaller(world, source, { action, resource, context });
      const widened = decision === "implicitDeny" && !denied ? decide(extra, { action, resource, context }) : decision;
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: widened,
        MatchedStatements: [],
        MissingContextValues: [],
      };
    }),
  );
  return page(input, "EvaluationResults", results);
}

export function simulateCustom(input: Input): Output {
  const reader = read(input);
  const statements = reader.texts("PolicyInputList").flatMap(parseDocument);
  const resources = reader.has("ResourceArns") ? reader.texts("ResourceArns") : ["*"];
  const context = contextOf(reader);
  const results = reader.texts("ActionNames").flatMap((action) =>
    resources.map((resource) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: decide(statements, { action, resource, context }),
      MatchedStatements: [],
      MissingContextValues: [],
    })),
  );
  return page(input, "EvaluationResults", results);
}

function contextOf(reader: Reader): Record<string, string> {
  return Object.fromEntries(
    reader
      .structures("ContextEntries")
      .map((entry) => [(entry.text("ContextKeyName") ?? "").toLowerCase(), entry.texts("ContextKeyValues")[0] ?? ""]),
  );
}
