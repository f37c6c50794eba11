import type { Operation, Service } from "../service";
import { ServiceError } from "../service";
import type { Item, World } from "../world";
import { faultValue, regionOfArn, textOf } from "./appstream/account";
import { createBuilderOperations, registerBuilderTasks } from "./appstream/builders";
import { createFleetOperations, registerFleetTasks } from "./appstream/fleets";
import { createImageOperations, findImage } from "./appstream/images";
import { createSessionOperations } from "./appstream/sessions";
import { createStackOperations } from "./appstream/stacks";
import { createTagOperations } from "./appstream/tagging";
import { takeFault } from "../faults";
import { Streaming } from "../person/streaming";
import { assumable } from "./iam/roles";

/** AppStream 2.0 with its simulated instances, sessions and streaming pages. */
export interface AppStream extends Service {
  /** The pages behind the streaming URLs, below `pageRoot`. */
  readonly streaming: Streaming;
}

const elsewhere: ReadonlySet<string> = new Set(["CreateFleet", "UpdateFleet", "CreateImageBuilder"]);

export function createAppStream(world: World): AppStream {
  const streaming = new Streaming(world);
  const operations = {
    ...createFleetOperations(world),
    ...createStackOperations(world),
    ...createImageOperations(world),
    ...createBuilderOperations(world),
    ...createSessionOperations(world),
    ...createTagOperations(world),
  };
  for (const name of elsewhere) {
    operations[name] = withRoleCheck(world, operations[name]);
  }
  const announced = operations["CreateImageBuilderStreamingURL"];
  operations["CreateImageBuilderStreamingURL"] = async (input, call) => {
    const answer = await announced?.(input, call);
    if (typeof input["Name"] === "string") {
      streaming.builderUrlCreated(input["Name"], call);
    }
    return answer;
  };
  return {
    name: "appstream",
    operations,
    streaming,
    start() {
      registerBuilderTasks(world);
      registerFleetTasks(world, async (fleet) => startErrors(world, fleet));
      streaming.start();
    },
    stop() {
      streaming.stop();
    },
  };
}

/** The machine role must exist, be visible to AppStream by now and trust it. */
function withRoleCheck(world: World, operation: Operation | undefined): Operation {
  return async (input, call) => {
    const role = input["IamRoleArn"];
    if (typeof role === "string") {
      const name = role.slice(role.lastIndexOf("/") + 1);
      const answer = await call.invoke("iam", "GetRole", { RoleName: name }).catch((thrown: unknown) => {
        if (thrown instanceof ServiceError) {
          throw new ServiceError("InvalidRoleException", `The role ${role} is not valid: ${thrown.message}`);
        }
        throw thrown;
      });
      if (takeFault(world, "roleNotVisible") || assumable(world, role, "appstream.amazonaws.com") === "notYetVisible") {
        throw new ServiceError("InvalidRoleException", `AppStream encountered an error because your IAM role ${role} could not be used.`);
      }
      const { AssumeRolePolicyDocument: trust } = (answer["Role"] ?? {}) as Record<string, unknown>;
      if (typeof trust === "string" && !decodeURIComponent(trust).includes("appstream.amazonaws.com")) {
        throw new ServiceError("InvalidRoleException", `The role ${role} does not trust appstream.amazonaws.com.`);
      }
    }
    return operation?.(input, call);
  };
}

function startErrors(world: World, fleet: Item): { ErrorCode: string; ErrorMessage: string }[] {
  const region = regionOfArn(textOf(fleet, "Arn"));
  const image = textOf(fleet, "ImageArn");
  if (image !== "" && findImage(world, region, image) === undefined) {
    return [{ ErrorCode: "IMAGE_NOT_FOUND", ErrorMessage: `The image ${image} was not found.` }];
  }
  const fault = faultValue(world, "fleetError");
  return fault === undefined ? [] : [{ ErrorCode: fault, ErrorMessage: `The fleet could not be started: ${fault}.` }];
}
