import type { Item, World } from "../../world";
import { collections } from "./account";

export type TokenPurpose = "builder" | "session";

/** Where the sandbox serves its streaming pages. */
export const pageRoot = "/_appstream/";

/** A streaming URL of the sandbox's own, good for `validity` seconds. */
export function createToken(world: World, purpose: TokenPurpose, data: Item, validity: number): { url: string; expires: number } {
  const token = world.randomHex(32);
  const expires = world.now() + validity * 1000;
  world.collection(collections.tokens).set(token, { ...data, purpose, expires });
  world.save();
  return { url: `${world.endpoint}${pageRoot}${purpose}?token=${token}`, expires };
}

/** Undefined when unknown or expired. */
export function findToken(world: World, token: string | null, purpose: TokenPurpose): Item | undefined {
  const found = token === null ? undefined : world.collection(collections.tokens).get(token);
  return found?.["purpose"] === purpose && Number(found["expires"]) > world.now() ? found : undefined;
}
