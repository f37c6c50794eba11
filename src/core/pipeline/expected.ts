import * as l10n from "@vscode/l10n";

/** Minutes that AWS typically takes, from and to; what is missing takes seconds. */
const minutes: Readonly<Record<string, readonly [number, number]>> = {
  "AWS::OpenSearchService::Domain": [10, 30],
  "AWS::KinesisFirehose::DeliveryStream": [1, 5],
  "AWS::AppStream::Fleet": [10, 20],
  "AWS::AppStream::ImageBuilder": [10, 20],
  "AWS::AppStream::Image": [20, 45],
};

const deletionMinutes: typeof minutes = {
  "AWS::OpenSearchService::Domain": [5, 20],
  "AWS::KinesisFirehose::DeliveryStream": [1, 5],
  "AWS::AppStream::Fleet": [4, 6],
};

/** For example "4 min, usually 10 to 30 min". */
export function elapsedText(type: string, elapsedMs: number, work: "creation" | "deletion" = "creation"): string {
  const usual = (work === "creation" ? minutes : deletionMinutes)[type];
  const elapsed = durationText(elapsedMs);
  return usual === undefined ? elapsed : l10n.t("{0}, usually {1} to {2} min", elapsed, usual[0], usual[1]);
}

export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? l10n.t("{0} s", seconds) : l10n.t("{0} min", Math.round(seconds / 60));
}
