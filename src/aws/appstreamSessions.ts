import {
  DescribeSessionsCommand,
  type AuthenticationType,
  type DescribeSessionsResult,
  type Session as SdkSession,
} from "@aws-sdk/client-appstream";
import type { Page, Session } from "../core/aws/ports";
import { present } from "./present";

/** Without a type only API sessions are guaranteed to be listed, so every type is asked for. */
const types: readonly AuthenticationType[] = ["API", "SAML", "USERPOOL", "AWS_AD"];
const sessionsPerPage = 50;

/** The token of a page is one per type that has more: `{"SAML":"…"}`. */
export async function listSessions(
  send: (command: DescribeSessionsCommand) => Promise<DescribeSessionsResult>,
  options: { readonly stackName: string; readonly fleetName: string; readonly nextToken?: string },
): Promise<Page<Session>> {
  const tokens =
    options.nextToken === undefined ? undefined : (JSON.parse(options.nextToken) as Partial<Record<AuthenticationType, string>>);
  const asked = types.filter((type) => tokens === undefined || tokens[type] !== undefined);
  const answers = await Promise.all(
    asked.map((type) =>
      send(
        new DescribeSessionsCommand({
          StackName: options.stackName,
          FleetName: options.fleetName,
          AuthenticationType: type,
          Limit: sessionsPerPage,
          NextToken: tokens?.[type],
        }),
      ),
    ),
  );
  const found = new Map<string, Session>();
  for (const session of answers.flatMap((answer) => answer.Sessions ?? [])) {
    found.set(session.Id ?? "", toSession(session));
  }
  const next = asked.map((type, at) => [type, answers[at]?.NextToken] as const).filter(([, token]) => token !== undefined);
  const items = [...found.values()];
  return next.length === 0 ? { items } : { items, nextToken: JSON.stringify(Object.fromEntries(next)) };
}

function toSession(session: SdkSession): Session {
  return {
    id: session.Id ?? "",
    userId: session.UserId ?? "",
    stackName: session.StackName ?? "",
    fleetName: session.FleetName ?? "",
    state: session.State ?? "",
    ...present({
      connectionState: session.ConnectionState,
      authenticationType: session.AuthenticationType,
      started: session.StartTime,
      expires: session.MaxExpirationTime,
      privateIp: session.NetworkAccessConfiguration?.EniPrivateIpAddress,
      instanceId: session.InstanceId,
    }),
  };
}
