import { parsePolicy } from "../../policies";
import type { Service } from "../../service";
import type { World } from "../../world";
import type { Engine } from "./engine";
import { read, stackReference } from "./inputs";
import { getLivingStack, validationError } from "./items";
import { changeOperations } from "./stackChanges";
import { describeOperations } from "./stackDescriptions";
import { templateOperations } from "./templateOperations";

export function stackOperations(world: World, engine: Engine): Service["operations"] {
  return {
    ...describeOperations(world),
    ...templateOperations(world),
    ...changeOperations(world, engine),
    UpdateTerminationProtection: (input, call) => {
      const reader = read(input);
      const stack = getLivingStack(world, call, stackReference(reader));
      const isProtected = reader.flag("EnableTerminationProtection");
      if (isProtected === undefined) {
        throw reader.violation("EnableTerminationProtection", null, "Member must not be null");
      }
      stack.isProtected = isProtected;
      world.save();
      return { StackId: stack.id };
    },
    SetStackPolicy: (input, call) => {
      const reader = read(input);
      const stack = getLivingStack(world, call, stackReference(reader));
      const body = reader.requiredText("StackPolicyBody", { min: 1, max: 16_384 });
      if (parsePolicy(body) === undefined) {
        throw validationError("Error validating stack policy: Invalid stack policy");
      }
      stack.policy = body;
      world.save();
      return undefined;
    },
    GetStackPolicy: (input, call) => ({ StackPolicyBody: getLivingStack(world, call, stackReference(read(input))).policy }),
  };
}

// What there is.
