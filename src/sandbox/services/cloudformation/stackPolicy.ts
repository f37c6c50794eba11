import { decide, parsePolicy } from "../../policies";
import { ServiceError } from "../../service";
import type { StackItem } from "./items";

/** Refuses what the stack's policy does not allow to be done to a resource. Without a policy everything is allowed. */
export function checkStackPolicy(
  stack: StackItem,
  logicalId: string,
  type: string,
  action: "Update:Modify" | "Update:Replace" | "Update:Delete",
): void {
  const statements = stack.policy === undefined ? undefined : parsePolicy(stack.policy);
  const asked = { action, resource: `LogicalResourceId/${logicalId}`, principal: "*", context: { resourcetype: type } };
  const decision = statements === undefined ? "allowed" : decide(statements, asked);
  if (decision !== "allowed") {
    const why = decision === "explicitDeny" ? "denies" : "does not allow";
    throw new ServiceError("StackPolicy", `Action denied by stack policy: a statement ${why} [${action}] for resource [${logicalId}]`);
  }
}
