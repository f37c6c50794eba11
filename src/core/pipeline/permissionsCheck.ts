import type { IamPort } from "../aws/ports";
import { partitionOf } from "../aws/partition";
import { stackName, type PipelineDefinition } from "./definition";

/** Actions that are tried on the names they will be used with: a policy narrowed to names is judged as AWS will judge it. */
interface Need {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** For iam:PassRole: the service that gets the role. */
  readonly passedTo?: string;
}

function neededRights(definition: PipelineDefinition, account: string): readonly Need[] {
  const { region, existing, fleet, image, roles } = definition;
  const partition = partitionOf(region).id;
  const arn = (service: string, resource: string): string => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const role = (name: string): string => `arn:${partition}:iam::${account}:role/${name}`;
  const bucket = definition.bucket.name === "" ? `${stackName(definition, "ingest")}-bucket-1` : definition.bucket.name;
  const own = (isExisting: boolean, need: Need): readonly Need[] => (isExisting ? [] : [need]);
  if (existing.stream !== undefined && existing.appstreamStack !== undefined) {
    return []; // Nothing is made.
  }
  return [
    {
      actions: ["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
      resources: [arn("cloudformation", `stack/${stackName(definition, "ingest")}/preview`)],
    },
    ...own(existing.bucket !== undefined, { actions: ["s3:CreateBucket"], resources: [`arn:${partition}:s3:::${bucket}`] }),
    { actions: ["logs:CreateLogGroup"], resources: [arn("logs", `log-group:${definition.logs.group}`)] },
    ...own(existing.deliveryRole !== undefined, rolesNeed(role(roles.delivery))),
    ...own(existing.machineRole !== undefined, rolesNeed(role(roles.machine))),
    passing(role(existing.deliveryRole ?? roles.delivery), "firehose.amazonaws.com"),
    passing(role(existing.machineRole ?? roles.machine), "appstream.amazonaws.com"),
    ...own(existing.domain !== undefined, { actions: ["es:CreateDomain"], resources: [arn("es", `domain/${definition.domain.name}`)] }),
    ...own(existing.stream !== undefined, {
      actions: ["firehose:CreateDeliveryStream", "firehose:TagDeliveryStream"],
      resources: [arn("firehose", `deliverystream/${definition.stream.name}`)],
    }),
    ...own(existing.fleet !== undefined || existing.image !== undefined, {
      actions: ["appstream:CreateImageBuilder", "appstream:TagResource"],
      resources: [arn("appstream", `image-builder/${image.builderName}`)],
    }),
    ...own(existing.fleet !== undefined, {
      actions: ["appstream:CreateFleet", "appstream:StartFleet"],
      resources: [arn("appstream", `fleet/${fleet.name}`)],
    }),
  ];
}

const rolesNeed = (arn: string): Need => ({ actions: ["iam:CreateRole", "iam:PutRolePolicy"], resources: [arn] });
const passing = (arn: string, passedTo: string): Need => ({ actions: ["iam:PassRole"], resources: [arn], passedTo });

/** The actions that the simulation does not allow. Rejects with `accessDenied` where simulation is not permitted. */
export async function deniedActions(
  iam: IamPort,
  principal: string,
  definition: PipelineDefinition,
  account: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const denied = await Promise.all(
    neededRights(definition, account).map(async ({ actions, resources, passedTo }) => {
      const context = passedTo === undefined ? {} : { "iam:PassedToService": passedTo };
      const decisions = await iam.simulate({ principalArn: principal, actions, resources, context }, signal);
      return actions.filter((action) => decisions[action] !== "allowed");
    }),
  );
  return [...new Set(denied.flat())];
}
