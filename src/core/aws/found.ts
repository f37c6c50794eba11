import { AppError } from "../errors";
import type { AppStreamPort, Fleet, Image, ImageBuilder, Page } from "./ports";

/** Undefined where there is no such thing. */
export async function ifFound<T>(get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.reason === "notFound") {
      return undefined;
    }
    throw thrown;
  }
}

export async function findFleet(appstream: AppStreamPort, name: string, signal?: AbortSignal): Promise<Fleet | undefined> {
  return findNamed((names) => appstream.listFleets({ names }, signal), name);
}

/** Of the account's own images. */
export async function findImage(appstream: AppStreamPort, name: string, signal?: AbortSignal): Promise<Image | undefined> {
  return findNamed((names) => appstream.listImages({ names, type: "PRIVATE" }, signal), name);
}

export async function findBuilder(appstream: AppStreamPort, name: string, signal?: AbortSignal): Promise<ImageBuilder | undefined> {
  return findNamed((names) => appstream.listImageBuilders({ names }, signal), name);
}

/** For names that AWS answers with an error where they do not exist, and services that answer with an empty list. */
export async function findNamed<T extends { readonly name: string }>(
  list: (names: readonly string[]) => Promise<Page<T>>,
  name: string,
): Promise<T | undefined> {
  return (await ifFound(() => list([name])))?.items.find((one) => one.name === name);
}

/** Every item of a listing, page after page. */
export async function allPages<T>(list: (token: { nextToken?: string }) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  let token: { nextToken?: string } | undefined = {};
  while (token !== undefined) {
    const page: Page<T> = await list(token);
    found.push(...page.items);
    token = page.nextToken === undefined ? undefined : { nextToken: page.nextToken };
  }
  return found;
}
