import type { Service } from "../service";
import type { World } from "../world";

export function createCloudFormation(_world: World): Service {
  return { name: "cloudformation", operations: {} };
}
