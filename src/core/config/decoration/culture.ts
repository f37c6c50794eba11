/** What of a Windows culture shows in records: date and time patterns, names and number separators. */
export interface Culture {
  readonly name: string;
  readonly shortDate: string;
  readonly longDate: string;
  readonly shortTime: string;
  readonly longTime: string;
  readonly monthDay: string;
  readonly yearMonth: string;
  readonly am: string;
  readonly pm: string;
  readonly dateSeparator: string;
  readonly timeSeparator: string;
  readonly months: readonly string[];
  readonly shortMonths: readonly string[];
  readonly days: readonly string[];
  readonly shortDays: readonly string[];
  readonly era: string;
  readonly decimalSeparator: string;
  readonly groupSeparator: string;
  /** Between a number and its percent sign. */
  readonly percentGap: "" | " ";
  /** `n` stands for the number. */
  readonly currency: { readonly positive: string; readonly negative: string; readonly digits: number };
}

const words = (text: string): string[] => text.split(" ");
const numbered = (suffix: string): string[] => Array.from({ length: 12 }, (_, at) => `${at + 1}${suffix}`);

const invariant: Culture = {
  name: "",
  shortDate: "MM/dd/yyyy",
  longDate: "dddd, dd MMMM yyyy",
  shortTime: "HH:mm",
  longTime: "HH:mm:ss",
  monthDay: "MMMM dd",
  yearMonth: "yyyy MMMM",
  am: "AM",
  pm: "PM",
  dateSeparator: "/",
  timeSeparator: ":",
  months: words("January February March April May June July August September October November December"),
  shortMonths: words("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
  days: words("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"),
  shortDays: words("Sun Mon Tue Wed Thu Fri Sat"),
  era: "A.D.",
  decimalSeparator: ".",
  groupSeparator: ",",
  percentGap: " ",
  currency: { positive: "¤n", negative: "(¤n)", digits: 2 },
};

const enUs: Culture = {
  ...invariant,
  name: "en-US",
  percentGap: "",
  currency: { positive: "$n", negative: "($n)", digits: 2 },
  shortDate: "M/d/yyyy",
  longDate: "dddd, MMMM d, yyyy",
  shortTime: "h:mm tt",
  longTime: "h:mm:ss tt",
  monthDay: "MMMM d",
  yearMonth: "MMMM yyyy",
};

const enGb: Culture = {
  ...invariant,
  name: "en-GB",
  percentGap: "",
  currency: { positive: "£n", negative: "-£n", digits: 2 },
  shortDate: "dd/MM/yyyy",
  longDate: "dd MMMM yyyy",
  monthDay: "d MMMM",
  yearMonth: "MMMM yyyy",
};

const deDe: Culture = {
  ...invariant,
  name: "de-DE",
  percentGap: " ",
  currency: { positive: "n €", negative: "-n €", digits: 2 },
  shortDate: "dd.MM.yyyy",
  longDate: "dddd, d. MMMM yyyy",
  monthDay: "d. MMMM",
  yearMonth: "MMMM yyyy",
  dateSeparator: ".",
  months: words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
  shortMonths: words("Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez"),
  days: words("Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag"),
  shortDays: words("So Mo Di Mi Do Fr Sa"),
  era: "n. Chr.",
  decimalSeparator: ",",
  groupSeparator: ".",
};

const frFr: Culture = {
  ...invariant,
  name: "fr-FR",
  percentGap: " ",
  currency: { positive: "n €", negative: "-n €", digits: 2 },
  shortDate: "dd/MM/yyyy",
  longDate: "dddd d MMMM yyyy",
  monthDay: "d MMMM",
  yearMonth: "MMMM yyyy",
  months: words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
  shortMonths: words("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
  days: words("dimanche lundi mardi mercredi jeudi vendredi samedi"),
  shortDays: words("dim. lun. mar. mer. jeu. ven. sam."),
  era: "ap. J.-C.",
  decimalSeparator: ",",
  groupSeparator: "\u202f",
};

const koKr: Culture = {
  ...invariant,
  name: "ko-KR",
  percentGap: "",
  currency: { positive: "₩n", negative: "-₩n", digits: 0 },
  shortDate: "yyyy-MM-dd",
  longDate: "yyyy'년' M'월' d'일' dddd",
  shortTime: "tt h:mm",
  longTime: "tt h:mm:ss",
  monthDay: "M'월' d'일'",
  yearMonth: "yyyy'년' M'월'",
  am: "오전",
  pm: "오후",
  dateSeparator: "-",
  months: numbered("월"),
  shortMonths: numbered("월"),
  days: words("일요일 월요일 화요일 수요일 목요일 금요일 토요일"),
  shortDays: words("일 월 화 수 목 금 토"),
  era: "서기",
};

const jaJp: Culture = {
  ...invariant,
  name: "ja-JP",
  percentGap: "",
  currency: { positive: "¥n", negative: "-¥n", digits: 0 },
  shortDate: "yyyy/MM/dd",
  longDate: "yyyy'年'M'月'd'日'",
  shortTime: "H:mm",
  longTime: "H:mm:ss",
  monthDay: "M月d日",
  yearMonth: "yyyy'年'M'月'",
  am: "午前",
  pm: "午後",
  months: numbered("月"),
  shortMonths: numbered("月"),
  days: words("日曜日 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日"),
  shortDays: words("日 月 火 水 木 金 土"),
  era: "西暦",
};

export const invariantCulture = invariant;
export const cultures: readonly Culture[] = [invariant, enUs, enGb, deDe, frFr, koKr, jaJp];

/** By name, ignoring case; `invariant` names the invariant culture. */
export function findCulture(name: string): Culture | undefined {
  const wanted = name.toLowerCase() === "invariant" ? "" : name.toLowerCase();
  return cultures.find((culture) => culture.name.toLowerCase() === wanted);
}
