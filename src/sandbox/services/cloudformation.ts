import type { Service } from "../service";
import type { World } from "../world";
import { startChangeSets } from "./cloudformation/changeSetMaking";
import { changeSetOperations } from "./cloudformation/changeSets";
import { driftOperations, startDrift } from "./cloudformation/drift";
import { Engine } from "./cloudformation/engine";
import { historyOperations } from "./cloudformation/history";
import { stackOperations } from "./cloudformation/stacks";

/** CloudFormation: stacks of the types in cloudformation/types, made, changed and deleted through the sandbox's other services. */
export function createCloudFormation(world: World): Service {
  const engine = new Engine(world);
  return {
    name: "cloudformation",
    operations: {
      ...changeSetOperations(world, engine),
      ...stackOperations(world, engine),
      ...historyOperations(world),
      ...driftOperations(world),
    },
    start: () => {
      engine.start();
      startChangeSets(world);
      startDrift(world);
    },
  };
}
