import * as l10n from "@vscode/l10n";
import { AppError, type Reason } from "../errors";

/** Why a domain refuses a request that it received. */
export type DomainRefusal =
  | "throttled"
  | "expiredToken"
  | "invalidToken"
  | "clock"
  | "region"
  | "signature"
  | "anonymous"
  | "policy"
  | "roleMapping"
  | "password"
  | "preference";

/** Undefined for a status that is no refusal of the sender: 2xx, 400, 404, 5xx. */
export function domainRefusal(status: number, body: string): DomainRefusal | undefined {
  if (status === 429) {
    return "throttled";
  }
  if (status === 401) {
    return "password";
  }
  return status === 403 ? (forbidden.find(([, pattern]) => pattern.test(body))?.[0] ?? "policy") : undefined;
}

// The service tells its reasons apart by text alone. "Signature expired" is a matter of clocks, so it goes before expired tokens.
const forbidden: readonly (readonly [DomainRefusal, RegExp])[] = [
  ["throttled", /request throttled|too many requests/i],
  ["clock", /signature (?:has )?expired|signature not yet current|request has expired/i],
  ["expiredToken", /expired/i],
  ["region", /credential should be scoped to a valid region|scoped to correct (?:service|region)/i],
  ["signature", /signature (?:we calculated )?does not match|IncompleteSignature|SignatureDoesNotMatch/i],
  ["invalidToken", /security token included in the request is invalid|InvalidClientTokenId|UnrecognizedClient/i],
  ["preference", /preference_?based_?search/i],
  ["roleMapping", /security_exception|no permissions for/i],
  ["anonymous", /anonymous is not authorized/i],
];

/** The refusal as a sentence and what to do about it. `detail` is the domain's own reason. */
export function refusalError(refusal: DomainRefusal, detail: string): AppError {
  const [reason, message, next] = explanations()[refusal];
  return new AppError(reason, detail === "" ? message : `${message} (${detail})`, { next, code: refusal });
}

function explanations(): Readonly<Record<DomainRefusal, readonly [Reason, string, string]>> {
  return {
    throttled: ["throttled", l10n.t("The domain is busy."), l10n.t("Try again in a minute.")],
    expiredToken: [
      "expiredCredentials",
      l10n.t("The domain refuses the credentials: they have expired."),
      l10n.t("Sign in again, for example with aws sso login."),
    ],
    invalidToken: [
      "notConnected",
      l10n.t("The domain does not know the access key."),
      l10n.t("Choose another profile, or check that the key was not deleted and belongs to this partition."),
    ],
    clock: [
      "invalidInput",
      l10n.t("The domain refuses the signature because this machine's clock is wrong."),
      l10n.t("Set the clock: five minutes of difference are the most that AWS accepts."),
    ],
    region: [
      "invalidInput",
      l10n.t("The request was signed for another Region than the domain's."),
      l10n.t("Give the Region that is part of the domain's endpoint."),
    ],
    signature: [
      "invalidInput",
      l10n.t("The domain computes another signature for the request."),
      l10n.t("Check the secret key; with a custom endpoint or a tunnel, sign for the name that the domain knows itself by."),
    ],
    anonymous: [
      "accessDenied",
      l10n.t("The domain's access policy refuses requests without a signature from this address."),
      l10n.t("Add this machine's address or your role to the access policy, or sign the requests."),
    ],
    policy: [
      "accessDenied",
      l10n.t("Neither your role nor the domain's access policy allows this request."),
      l10n.t("Ask for es:ESHttpGet on the domain, or add your role to its access policy."),
    ],
    roleMapping: [
      "accessDenied",
      l10n.t("The domain's fine-grained access control refuses this role."),
      l10n.t("Map the role, or the user, in the security settings of Dashboards to one that may read the index."),
    ],
    password: [
      "accessDenied",
      l10n.t("The domain does not accept this user or role: it has fine-grained access control."),
      l10n.t(
        "Check user name and password of the domain's own user; a role must sign and be mapped in the security settings of Dashboards.",
      ),
    ],
    preference: [
      "unexpected",
      l10n.t("The domain does not let a search choose its shard, because its zones are weighted."),
      l10n.t("Where nothing else helps, turn the weighting of zones off."),
    ],
  };
}
