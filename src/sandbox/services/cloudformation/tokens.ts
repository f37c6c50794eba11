import { ServiceError, type Input } from "../../service";
import type { World } from "../../world";
import { canonical } from "./types/resourceType";

/** Makes a repeat of the same request harmless: gives its first answer; another request under the token is refused. */
export function onceByToken<T extends Record<string, unknown>>(
  world: World,
  region: string,
  operation: string,
  token: string | undefined,
  input: Input,
  run: () => T,
): T {
  if (token === undefined) {
    return run();
  }
  const tokens = world.collection("cfn.tokens");
  const key = `${region}/${operation}/${token}`;
  const request = canonical(input);
  const known = tokens.get(key);
  if (known !== undefined) {
    if (known["request"] !== request) {
      throw new ServiceError("TokenAlreadyExistsException", `A client request token ${token} already exists.`);
    }
    return known["answer"] as T;
  }
  const answer = run();
  tokens.set(key, { request, answer });
  world.save();
  return answer;
}
