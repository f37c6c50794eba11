import * as l10n from "@vscode/l10n";

/** Why a domain or a bucket refused, and what to do. */
export interface Explanation {
  readonly reason: string;
  readonly remedy: string;
}

type Row = readonly [code: RegExp, message: RegExp, explain: () => Explanation];

const any = /(?:)/;

/** The first row that fits counts. */
const rows: readonly Row[] = [
  [
    any,
    /cluster_block_exception|read.only.*allow.delete|disk usage exceeded/i,
    () => ({
      reason: l10n.t("The domain's disks are full, so its indices are read-only."),
      remedy: l10n.t(
        "Delete old indices or enlarge the volumes; then the block is lifted by itself, or with index.blocks.read_only_allow_delete: null.",
      ),
    }),
  ],
  [
    any,
    /Malformed content/i,
    () => ({
      reason: l10n.t("One record holds several documents."),
      remedy: l10n.t('Remove "CombineRecords" from the sink in appsettings.json, and make a new image.'),
    }),
  ],
  [
    any,
    /Limit of total fields/i,
    () => ({
      reason: l10n.t("The events bring ever new field names."),
      remedy: l10n.t("Send fewer fields of EventData, or raise index.mapping.total_fields.limit."),
    }),
  ],
  [
    /^400$/,
    /mapper_parsing_exception|document_parsing_exception|failed to parse|illegal_argument_exception.*mapp/i,
    () => ({
      reason: l10n.t("A field has another type in the index than in the events."),
      remedy: l10n.t(
        "Correct the field in appsettings.json, or begin a new index with the right types: deploying writes the index template again.",
      ),
    }),
  ],
  [
    /^403$/,
    /security_exception|no permissions for/i,
    () => ({
      reason: l10n.t("Fine-grained access control refuses the delivery role."),
      remedy: l10n.t("Map the role in the domain: deploy as the master user, or map it in the security settings of Dashboards."),
    }),
  ],
  [
    /^403$|AccessDenied/,
    any,
    () => ({
      reason: l10n.t("The delivery role may not write there."),
      remedy: l10n.t(
        "Give the role es:ESHttpPost and es:ESHttpPut on the domain and s3:PutObject on the bucket: AppStream: Show Drift… says what was changed.",
      ),
    }),
  ],
  [
    /^429$/,
    any,
    () => ({
      reason: l10n.t("The domain is too slow for what arrives."),
      remedy: l10n.t('Retry for longer ("retrySeconds": 3600), buffer more, or choose larger nodes or more of them.'),
    }),
  ],
  [
    /^5\d\d$|ServiceException/,
    any,
    () => ({
      reason: l10n.t("The domain did not answer."),
      remedy: l10n.t("Look at its state and health in the view Domains; delivery is tried again for as long as retrySeconds says."),
    }),
  ],
  [
    /NoSuchBucket/,
    any,
    () => ({
      reason: l10n.t("The bucket of the delivery stream is gone: delivery stands still until it is back."),
      remedy: l10n.t("Create the bucket again under its name, or deploy with another one."),
    }),
  ],
  [
    /KMS/,
    any,
    () => ({
      reason: l10n.t("The key of the bucket cannot be used."),
      remedy: l10n.t("Give the delivery role kms:GenerateDataKey and kms:Decrypt on the key, and see that it is enabled."),
    }),
  ],
];

export function explain(code: string, message: string): Explanation {
  const found = rows.find(([codes, messages]) => codes.test(code) && messages.test(message));
  return (
    found?.[2]() ?? {
      reason: l10n.t("The destination refuses the documents."),
      remedy: l10n.t("The text of the answer above says why."),
    }
  );
}
