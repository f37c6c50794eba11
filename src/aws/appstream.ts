import {
  AppStreamClient,
  CreateImageBuilderCommand,
  CreateImageBuilderStreamingURLCommand,
  CreateStreamingURLCommand,
  DeleteImageBuilderCommand,
  DeleteImageCommand,
  DeleteImagePermissionsCommand,
  DescribeFleetsCommand,
  DescribeImageBuildersCommand,
  DescribeImagePermissionsCommand,
  DescribeImagesCommand,
  DescribeStacksCommand,
  ExpireSessionCommand,
  ListAssociatedFleetsCommand,
  ListAssociatedStacksCommand,
  ListTagsForResourceCommand,
  StartFleetCommand,
  StartImageBuilderCommand,
  StopFleetCommand,
  StopImageBuilderCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFleetCommand,
} from "@aws-sdk/client-appstream";
import type { AppStreamPort, CreateImageBuilderInput, Page } from "../core/aws/ports";
import { listSessions } from "./appstreamSessions";
import { toFleet, toImage, toImageBuilder, toStack } from "./appstreamShapes";
import { lazy, type ClientOptions } from "./clientOptions";

/** DescribeImages takes at most this many a page. */
const imagesPerPage = 25;

export function createAppStream({ sdk, call }: ClientOptions): AppStreamPort {
  const appstream = lazy(() => new AppStreamClient(sdk("appstream")));
  return {
    listFleets: async (options, signal) => {
      const answer = await call((send) => appstream().send(new DescribeFleetsCommand(toListInput(options)), send), signal);
      return page(answer.Fleets, toFleet, answer.NextToken);
    },
    listStacks: async (options, signal) => {
      const answer = await call((send) => appstream().send(new DescribeStacksCommand(toListInput(options)), send), signal);
      return page(answer.Stacks, toStack, answer.NextToken);
    },
    listImages: async (options, signal) => {
      const input = { ...toListInput(options), Type: options.type, ...(options.names === undefined ? { MaxResults: imagesPerPage } : {}) };
      const answer = await call((send) => appstream().send(new DescribeImagesCommand(input), send), signal);
      return page(answer.Images, toImage, answer.NextToken);
    },
    listImageBuilders: async (options, signal) => {
      const answer = await call((send) => appstream().send(new DescribeImageBuildersCommand(toListInput(options)), send), signal);
      return page(answer.ImageBuilders, toImageBuilder, answer.NextToken);
    },
    listSessions: (options, signal) => listSessions((command) => call((send) => appstream().send(command, send), signal), options),
    listAssociatedStacks: (fleetName, signal) =>
      everyPage(async (token) => {
        const command = new ListAssociatedStacksCommand({ FleetName: fleetName, NextToken: token });
        return call((send) => appstream().send(command, send), signal);
      }),
    listAssociatedFleets: (stackName, signal) =>
      everyPage(async (token) => {
        const command = new ListAssociatedFleetsCommand({ StackName: stackName, NextToken: token });
        return call((send) => appstream().send(command, send), signal);
      }),
    tags: async (arn, signal) => {
      const answer = await call((send) => appstream().send(new ListTagsForResourceCommand({ ResourceArn: arn }), send), signal);
      return answer.Tags ?? {};
    },
    tagResource: async (arn, tags, signal) => {
      await call((send) => appstream().send(new TagResourceCommand({ ResourceArn: arn, Tags: { ...tags } }), send), signal);
    },
    untagResource: async (ResourceArn, keys, signal) => {
      const command = new UntagResourceCommand({ ResourceArn, TagKeys: [...keys] });
      await call((send) => appstream().send(command, send), signal);
    },
    startFleet: async (name, signal) => {
      await call((send) => appstream().send(new StartFleetCommand({ Name: name }), send), signal);
    },
    stopFleet: async (name, signal) => {
      await call((send) => appstream().send(new StopFleetCommand({ Name: name }), send), signal);
    },
    updateFleetImage: async (name, imageName, signal) => {
      await call((send) => appstream().send(new UpdateFleetCommand({ Name: name, ImageName: imageName }), send), signal);
    },
    createImageBuilder: async (input, signal) => {
      const answer = await call((send) => appstream().send(new CreateImageBuilderCommand(toBuilderInput(input)), send), signal);
      return toImageBuilder(answer.ImageBuilder ?? { Name: input.name });
    },
    startImageBuilder: async (name, signal) => {
      await call((send) => appstream().send(new StartImageBuilderCommand({ Name: name }), send), signal);
    },
    stopImageBuilder: async (name, signal) => {
      await call((send) => appstream().send(new StopImageBuilderCommand({ Name: name }), send), signal);
    },
    deleteImageBuilder: async (name, signal) => {
      await call((send) => appstream().send(new DeleteImageBuilderCommand({ Name: name }), send), signal);
    },
    deleteImage: async (name, signal) => {
      await call((send) => appstream().send(new DeleteImageCommand({ Name: name }), send), signal);
    },
    listImageShares: async ({ image, nextToken }, signal) => {
      const command = new DescribeImagePermissionsCommand({ Name: image, NextToken: nextToken });
      const answer = await call((send) => appstream().send(command, send), signal);
      const items = (answer.SharedImagePermissionsList ?? []).flatMap(({ sharedAccountId }) => sharedAccountId ?? []);
      return { items, ...(answer.NextToken === undefined ? {} : { nextToken: answer.NextToken }) };
    },
    deleteImageShare: async (image, account, signal) => {
      const command = new DeleteImagePermissionsCommand({ Name: image, SharedAccountId: account });
      await call((send) => appstream().send(command, send), signal);
    },
    createImageBuilderStreamingUrl: async (name, validitySeconds, signal) => {
      const command = new CreateImageBuilderStreamingURLCommand({ Name: name, Validity: validitySeconds });
      return (await call((send) => appstream().send(command, send), signal)).StreamingURL ?? "";
    },
    createStreamingUrl: async ({ stackName, fleetName, userId, validitySeconds }, signal) => {
      const command = new CreateStreamingURLCommand({
        StackName: stackName,
        FleetName: fleetName,
        UserId: userId,
        Validity: validitySeconds,
      });
      return (await call((send) => appstream().send(command, send), signal)).StreamingURL ?? "";
    },
    expireSession: async (sessionId, signal) => {
      await call((send) => appstream().send(new ExpireSessionCommand({ SessionId: sessionId }), send), signal);
    },
  };
}

function toListInput(options: { readonly names?: readonly string[]; readonly nextToken?: string }): {
  Names: string[] | undefined;
  NextToken: string | undefined;
} {
  return { Names: options.names === undefined ? undefined : [...options.names], NextToken: options.nextToken };
}

function toBuilderInput(input: CreateImageBuilderInput): ConstructorParameters<typeof CreateImageBuilderCommand>[0] {
  const subnets = input.subnetIds;
  const groups = input.securityGroupIds;
  const vpc =
    subnets === undefined && groups === undefined
      ? undefined
      : { SubnetIds: subnets === undefined ? undefined : [...subnets], SecurityGroupIds: groups === undefined ? undefined : [...groups] };
  return {
    Name: input.name,
    InstanceType: input.instanceType,
    ImageName: input.imageName,
    IamRoleArn: input.iamRoleArn,
    EnableDefaultInternetAccess: input.enableDefaultInternetAccess,
    VpcConfig: vpc,
    Tags: { ...input.tags },
  };
}

function page<From, To>(items: readonly From[] | undefined, convert: (item: From) => To, nextToken: string | undefined): Page<To> {
  const converted = (items ?? []).map(convert);
  return nextToken === undefined ? { items: converted } : { items: converted, nextToken };
}

async function everyPage(
  read: (token: string | undefined) => Promise<{ readonly Names?: string[] | undefined; readonly NextToken?: string | undefined }>,
): Promise<readonly string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const answer = await read(token);
    names.push(...(answer.Names ?? []));
    token = answer.NextToken;
  } while (token !== undefined);
  return names;
}
