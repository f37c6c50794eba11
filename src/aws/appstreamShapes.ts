import type {
  ComputeCapacityStatus,
  Fleet as SdkFleet,
  Image as SdkImage,
  ImageBuilder as SdkImageBuilder,
  Stack as SdkStack,
} from "@aws-sdk/client-appstream";
import type { AppStreamStack, Fleet, Image, ImageBuilder } from "../core/aws/ports";
import { present } from "./present";

interface SdkError {
  readonly ErrorCode?: string | undefined;
  readonly ErrorMessage?: string | undefined;
}

export function toFleet(fleet: Partial<SdkFleet>): Fleet {
  return {
    name: fleet.Name ?? "",
    arn: fleet.Arn ?? "",
    state: fleet.State ?? "",
    fleetType: fleet.FleetType ?? "",
    instanceType: fleet.InstanceType ?? "",
    errors: toErrors(fleet.FleetErrors),
    ...present({
      displayName: fleet.DisplayName,
      imageName: fleet.ImageName ?? nameOfArn(fleet.ImageArn),
      imageArn: fleet.ImageArn,
      iamRoleArn: fleet.IamRoleArn,
      platform: fleet.Platform,
      maxSessionsPerInstance: fleet.MaxSessionsPerInstance,
      capacity: toCapacity(fleet.ComputeCapacityStatus),
      created: fleet.CreatedTime,
      defaultInternetAccess: fleet.EnableDefaultInternetAccess,
    }),
  };
}

export function toStack(stack: Partial<SdkStack>): AppStreamStack {
  return {
    name: stack.Name ?? "",
    arn: stack.Arn ?? "",
    errors: toErrors(stack.StackErrors),
    ...present({ displayName: stack.DisplayName }),
  };
}

export function toImage(image: Partial<SdkImage>): Image {
  return {
    name: image.Name ?? "",
    arn: image.Arn ?? "",
    state: image.State ?? "",
    ...present({
      visibility: image.Visibility,
      platform: image.Platform,
      created: image.CreatedTime,
      baseImageArn: image.BaseImageArn,
      reason: image.StateChangeReason?.Message ?? image.StateChangeReason?.Code,
      builderName: image.ImageBuilderName,
    }),
  };
}

export function toImageBuilder(builder: Partial<SdkImageBuilder>): ImageBuilder {
  return {
    name: builder.Name ?? "",
    arn: builder.Arn ?? "",
    state: builder.State ?? "",
    errors: toErrors(builder.ImageBuilderErrors),
    ...present({
      reason: builder.StateChangeReason?.Message ?? builder.StateChangeReason?.Code,
      instanceType: builder.InstanceType,
      imageArn: builder.ImageArn,
      created: builder.CreatedTime,
      iamRoleArn: builder.IamRoleArn,
      platform: builder.Platform,
    }),
  };
}

function toCapacity(status: ComputeCapacityStatus | undefined): Fleet["capacity"] {
  if (status === undefined) {
    return undefined;
  }
  return {
    desired: status.Desired ?? 0,
    ...present({ running: status.Running, inUse: status.InUse, available: status.Available }),
  };
}

function toErrors(errors: readonly SdkError[] | undefined): readonly { readonly code: string; readonly message: string }[] {
  return (errors ?? []).map((error) => ({ code: error.ErrorCode ?? "", message: error.ErrorMessage ?? "" }));
}

/** arn:aws:appstream:region:account:image/NAME */
function nameOfArn(arn: string | undefined): string | undefined {
  return arn?.split("/")[1];
}
