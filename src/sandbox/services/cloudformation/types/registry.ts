import { appStreamStackType, associationType, fleetType } from "./appstream";
import { bucketType } from "./bucket";
import { deliveryStreamType } from "./deliveryStream";
import { domainType } from "./domain";
import { policyType, roleType } from "./iam";
import { logGroupType, logStreamType } from "./logs";
import type { ResourceType } from "./resourceType";

export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  "AWS::S3::Bucket": bucketType,
  "AWS::Logs::LogGroup": logGroupType,
  "AWS::Logs::LogStream": logStreamType,
  "AWS::IAM::Role": roleType,
  "AWS::IAM::Policy": policyType,
  "AWS::OpenSearchService::Domain": domainType,
  "AWS::KinesisFirehose::DeliveryStream": deliveryStreamType,
  "AWS::AppStream::Fleet": fleetType,
  "AWS::AppStream::Stack": appStreamStackType,
  "AWS::AppStream::StackFleetAssociation": associationType,
};

export function typeOf(name: string): ResourceType {
  const type = resourceTypes[name];
  if (type === undefined) {
    throw new Error(`No handler for ${name}.`);
  }
  return type;
}
