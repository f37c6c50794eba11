import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogGroupsPort } from "../core/aws/ports";
import { lazy, type ClientOptions } from "./clientOptions";
import { present } from "./present";

export function createLogGroups({ sdk, call }: ClientOptions): LogGroupsPort {
  const client = lazy(() => new CloudWatchLogsClient(sdk("cloudwatch_logs")));
  return {
    find: async (name, signal) => {
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: name });
      const answer = await call((send) => client().send(command, send), signal);
      const group = answer.logGroups?.find((one) => one.logGroupName === name);
      return group === undefined ? undefined : { arn: group.arn ?? "", ...present({ retentionDays: group.retentionInDays }) };
    },
    listEvents: async (group, stream, limit, signal) => {
      const command = new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit, startFromHead: false });
      const answer = await call((send) => client().send(command, send), signal);
      return (answer.events ?? []).map((one) => ({ time: new Date(one.timestamp ?? 0), message: one.message ?? "" }));
    },
    delete: async (name, signal) => {
      await call((send) => client().send(new DeleteLogGroupCommand({ logGroupName: name }), send), signal);
    },
  };
}
