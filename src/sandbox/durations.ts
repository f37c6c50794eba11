/** Milliseconds: what AWS typically takes, and the sandbox's scaled stand-in (`--speed 1`). */
export const durations = {
  roleVisible: { real: 10_000, scaled: 500 },
  streamActive: { real: 60_000, scaled: 1_000 },
  streamDeleted: { real: 180_000, scaled: 1_000 },
  streamUpdated: { real: 180_000, scaled: 1_000 },
  domainCreated: { real: 1_200_000, scaled: 3_000 },
  domainUpdated: { real: 600_000, scaled: 3_000 },
  domainDeleted: { real: 720_000, scaled: 3_000 },
  builderRunning: { real: 900_000, scaled: 3_000 },
  builderStopped: { real: 300_000, scaled: 2_000 },
  imageAvailable: { real: 1_800_000, scaled: 3_000 },
  fleetRunning: { real: 900_000, scaled: 2_000 },
  fleetStopped: { real: 300_000, scaled: 2_000 },
  sessionReady: { real: 90_000, scaled: 1_000 },
} as const;

export type DurationName = keyof typeof durations;
