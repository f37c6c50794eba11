import { ServiceError } from "../../service";
import type { Step } from "./items";

const handlerCodes: readonly (readonly [RegExp, string])[] = [
  [/AccessDenied|Unauthorized|NotAuthorized/, "AccessDenied"],
  [/AlreadyExists|AlreadyOwnedByYou|ResourceInUse|EntityAlreadyExists/, "AlreadyExists"],
  [/NotStabilized/, "NotStabilized"],
  [/NotFound|NoSuch|DoesNotExist/, "NotFound"],
  [/Throttl|RequestLimit|SlowDown/, "Throttling"],
  [/LimitExceeded/, "ServiceLimitExceeded"],
  [/ConcurrentModification|OperationAborted|Conflict/, "ResourceConflict"],
  [/InternalFailure|InternalException/, "InternalFailure"],
  [/Validation|Invalid|Malformed|Serialization|BucketNotEmpty|NotPermitted|Incompatible|Illegal/, "InvalidRequest"],
];

/** What a resource's failure reads in its event. */
export function reasonOf(thrown: unknown, step: Step, type: string): string {
  if (!(thrown instanceof ServiceError)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return `Resource handler returned message: "${message}" (RequestToken: ${step.token}, HandlerErrorCode: InternalFailure)`;
  }
  if (thrown.code === "CustomName" || thrown.code === "StackPolicy") {
    return thrown.message;
  }
  const code = handlerCodes.find(([pattern]) => pattern.test(thrown.code))?.[1] ?? "GeneralServiceException";
  const [, , service = ""] = type.split("::");
  const source =
    code === "NotStabilized"
      ? ""
      : ` (Service: ${type.split("::")[1] ?? service}, Status Code: ${thrown.status}, Request ID: ${step.token})`;
  return `Resource handler returned message: "${thrown.message}${source}" (RequestToken: ${step.token}, HandlerErrorCode: ${code})`;
}

/** Handlers wait and ask again when they are throttled or come too early. */
export function retries(thrown: unknown): boolean {
  return (
    thrown instanceof ServiceError &&
    /^(Throttling|ThrottlingException|SlowDown|RequestLimitExceeded|ConcurrentModificationException|OperationAborted)/.test(thrown.code)
  );
}
