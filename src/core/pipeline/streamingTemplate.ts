import { leftStoppedTag, ownerTags, runningInstances, type PipelineDefinition } from "./definition";
import { present, ref, tagList } from "./intrinsics";
import type { Resource, Template } from "./template";

/** Fleet, AppStream stack and their association. Image and role come as parameters: an import would block changes of the ingest stack. */
export function streamingTemplate(definition: PipelineDefinition): Template {
  const { existing } = definition;
  const ownFleet = existing.fleet === undefined;
  const fleetName = existing.fleet ?? ref("Fleet");
  if (existing.appstreamStack !== undefined) {
    return {
      AWSTemplateFormatVersion: "2010-09-09",
      Description: "Nothing is made: fleet and AppStream stack exist.",
      Resources: {},
      Outputs: {},
    };
  }
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `AppStream Monitor pipeline ${definition.name}: the sessions.`,
    ...(ownFleet ? { Parameters: parameters } : {}),
    Resources: {
      ...(ownFleet ? { Fleet: fleet(definition) } : {}),
      Stack: {
        Type: "AWS::AppStream::Stack",
        Properties: {
          Name: definition.appstreamStack.name,
          DisplayName: definition.appstreamStack.displayName,
          Tags: tagList(ownerTags(definition)),
        },
      },
      Association: {
        Type: "AWS::AppStream::StackFleetAssociation",
        Properties: { FleetName: fleetName, StackName: ref("Stack") },
      },
    },
    Outputs: {
      FleetName: { Description: "Name of the fleet.", Value: fleetName },
      StackName: { Description: "Name of the AppStream stack.", Value: ref("Stack") },
    },
  };
}

const parameters = {
  ImageName: { Type: "String", Description: "Name of the image of the sessions.", MinLength: 1 },
  MachineRoleArn: { Type: "String", Description: "Role of the instances, from the ingest stack.", MinLength: 20 },
};

function fleet(definition: PipelineDefinition): Resource {
  const { fleet } = definition;
  const inVpc = fleet.subnetIds.length > 0;
  const isLeftStopped = fleet.desiredInstances === 0;
  return {
    Type: "AWS::AppStream::Fleet",
    ...(isLeftStopped ? {} : { CreationPolicy: { StartFleet: true } }),
    Properties: present({
      Name: fleet.name,
      FleetType: fleet.type,
      InstanceType: fleet.instanceType,
      ComputeCapacity: { DesiredInstances: runningInstances(definition) },
      ImageName: ref("ImageName"),
      IamRoleArn: ref("MachineRoleArn"),
      EnableDefaultInternetAccess: fleet.defaultInternetAccess,
      VpcConfig: inVpc
        ? present({
            SubnetIds: fleet.subnetIds,
            SecurityGroupIds: fleet.securityGroupIds.length > 0 ? fleet.securityGroupIds : undefined,
          })
        : undefined,
      MaxUserDurationInSeconds: fleet.maxUserDurationSeconds,
      DisconnectTimeoutInSeconds: fleet.disconnectTimeoutSeconds,
      IdleDisconnectTimeoutInSeconds: fleet.idleDisconnectTimeoutSeconds,
      StreamView: fleet.streamView,
      Tags: tagList({ ...ownerTags(definition), ...(isLeftStopped ? { [leftStoppedTag]: "true" } : {}) }),
    }),
  };
}
