import type { LocalOffset } from "../config/decoration/dotnetDate";

const windowsZones: Readonly<Record<string, string>> = {
  "korea standard time": "Asia/Seoul",
  "tokyo standard time": "Asia/Tokyo",
  "china standard time": "Asia/Shanghai",
  "india standard time": "Asia/Kolkata",
  "gmt standard time": "Europe/London",
  "w. europe standard time": "Europe/Berlin",
  "romance standard time": "Europe/Paris",
  "central european standard time": "Europe/Warsaw",
  "eastern standard time": "America/New_York",
  "central standard time": "America/Chicago",
  "mountain standard time": "America/Denver",
  "pacific standard time": "America/Los_Angeles",
  "aus eastern standard time": "Australia/Sydney",
  "e. south america standard time": "America/Sao_Paulo",
};

/** An IANA name, one of the usual Windows names, or a fixed offset such as +09:00; undefined when unknown. */
export function findTimeZone(name: string): LocalOffset | undefined {
  const fixed = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/i.exec(name);
  if (fixed !== null) {
    const minutes = (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0));
    return () => minutes;
  }
  if (/^(?:utc|gmt|z|coordinated universal time)$/i.test(name)) {
    return () => 0;
  }
  try {
    return zoneOffset(windowsZones[name.toLowerCase()] ?? name);
  } catch (thrown) {
    if (thrown instanceof RangeError) {
      return undefined;
    }
    throw thrown;
  }
}

function zoneOffset(timeZone: string): LocalOffset {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsetAt = (utc: number): number => {
    const parts = Object.fromEntries(format.formatToParts(utc).map(({ type, value }) => [type, Number(value)]));
    const wall = Date.UTC(
      parts["year"] ?? 0,
      (parts["month"] ?? 1) - 1,
      parts["day"] ?? 1,
      parts["hour"] ?? 0,
      parts["minute"] ?? 0,
      parts["second"] ?? 0,
    );
    return Math.round((wall - Math.floor(utc / 1000) * 1000) / 60_000);
  };
  return (wall) => offsetAt(wall - offsetAt(wall - offsetAt(wall) * 60_000) * 60_000);
}
