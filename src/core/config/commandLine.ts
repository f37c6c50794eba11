import type { TextSpan } from "../text/span";

/** One argument of a Windows command line; spans are indexes of the decoded `arguments`. */
export interface Argument {
  readonly span: TextSpan;
  /** Without the double quotes. */
  readonly text: string;
  readonly quoted: boolean;
}

export interface PowerShellOption {
  readonly name: string;
  readonly argument: Argument;
  readonly value: Argument | undefined;
}

export interface PowerShellArguments {
  /** Options before the script. */
  readonly options: readonly PowerShellOption[];
  readonly file: { readonly path: string; readonly argument: Argument } | undefined;
  /** Text given by -Command, or positionally. */
  readonly command: { readonly text: string; readonly span: TextSpan; readonly positional: boolean } | undefined;
  /** What follows the script's path. */
  readonly rest: readonly Argument[];
}

/** Splits as Windows does: blanks separate, double quotes keep together, a backslash escapes a quote. */
export function splitArguments(text: string): Argument[] {
  const found: Argument[] = [];
  for (const match of text.matchAll(/(?:[^\s"]|"(?:[^"\\]|\\.)*(?:"|$))+/g)) {
    const raw = match[0];
    found.push({
      span: { start: match.index, end: match.index + raw.length },
      text: raw.replace(/"/g, ""),
      quoted: raw.includes('"'),
    });
  }
  return found;
}

/** Options of powershell.exe with the shortest prefix that it takes for each. */
const options: readonly { readonly name: string; readonly shortest: readonly string[]; readonly takesValue: boolean }[] = [
  { name: "NoLogo", shortest: ["nol"], takesValue: false },
  { name: "NoExit", shortest: ["noe"], takesValue: false },
  { name: "NoProfile", shortest: ["nop"], takesValue: false },
  { name: "NonInteractive", shortest: ["noni"], takesValue: false },
  { name: "Sta", shortest: ["sta"], takesValue: false },
  { name: "Mta", shortest: ["mta"], takesValue: false },
  { name: "File", shortest: ["f"], takesValue: true },
  { name: "Command", shortest: ["c"], takesValue: true },
  { name: "ExecutionPolicy", shortest: ["ex", "ep"], takesValue: true },
  { name: "EncodedCommand", shortest: ["e", "ec"], takesValue: true },
  { name: "WindowStyle", shortest: ["w"], takesValue: true },
  { name: "Version", shortest: ["v"], takesValue: true },
  { name: "InputFormat", shortest: ["inp", "if"], takesValue: true },
  { name: "OutputFormat", shortest: ["o", "of"], takesValue: true },
  { name: "ConfigurationName", shortest: ["config"], takesValue: true },
  { name: "PSConsoleFile", shortest: ["psc"], takesValue: true },
  { name: "Help", shortest: ["h", "?"], takesValue: false },
];

const dash = /^[-/\u2013\u2014\u2015]/;

/** The option that an argument names: any case, `-` or `/`, any prefix that is long enough. */
export function powerShellOption(argument: string): (typeof options)[number] | undefined {
  if (!dash.test(argument)) {
    return undefined;
  }
  const name = argument.slice(1).toLowerCase();
  const exact = options.find((option) => option.shortest.includes(name));
  return (
    exact ??
    options.find((option) => option.name.toLowerCase().startsWith(name) && option.shortest.some((prefix) => name.startsWith(prefix)))
  );
}

export function parsePowerShellArguments(text: string): PowerShellArguments {
  const all = splitArguments(text);
  const found: PowerShellOption[] = [];
  for (let i = 0; i < all.length; i++) {
    const argument = all[i];
    if (argument === undefined) {
      break;
    }
    const option = argument.quoted ? undefined : powerShellOption(argument.text);
    const next = all[i + 1];
    if (option?.name === "File") {
      return {
        options: found,
        file: next === undefined ? undefined : { path: next.text, argument: next },
        command: undefined,
        rest: all.slice(i + 2),
      };
    }
    if (option?.name === "Command" || (option === undefined && !dash.test(argument.text))) {
      const first = option === undefined ? argument : next;
      const start = first?.span.start ?? argument.span.end;
      const command = { text: text.slice(start), span: { start, end: text.trimEnd().length }, positional: option === undefined };
      return { options: found, file: undefined, command, rest: [] };
    }
    if (option !== undefined) {
      found.push({ name: option.name, argument, value: option.takesValue ? next : undefined });
      i += option.takesValue ? 1 : 0;
    }
  }
  return { options: found, file: undefined, command: undefined, rest: [] };
}

/** The -File path with everything up to its extension, when blanks split it. */
export function splitPathSpan(text: string, { file, rest }: PowerShellArguments): TextSpan | undefined {
  if (file === undefined || file.argument.quoted || /\.ps1$/i.test(file.path) || file.path.startsWith("'")) {
    return undefined;
  }
  const last = rest.find((argument) => /\.ps1$/i.test(argument.text));
  const between = last === undefined ? "" : text.slice(file.argument.span.end, last.span.start);
  return last === undefined || /\s[-/]\w/.test(between) ? undefined : { start: file.argument.span.start, end: last.span.end };
}

/** The -File path in single quotes, quotes included. */
export function singleQuotedSpan(text: string, { file }: PowerShellArguments): TextSpan | undefined {
  if (file === undefined || !/^['\u2018\u2019]/.test(file.path)) {
    return undefined;
  }
  const { start, end } = file.argument.span;
  const close = /['\u2018\u2019](?=\s|$)/.exec(text.slice(start + 1));
  return { start, end: close === null ? end : start + 1 + close.index + 1 };
}

/** The script that the author means by -File, also where blanks or single quotes make PowerShell read another path. */
export function intendedScript(text: string, shell: PowerShellArguments): string {
  const span = splitPathSpan(text, shell) ?? singleQuotedSpan(text, shell);
  return span === undefined ? (shell.file?.path ?? "") : text.slice(span.start, span.end).replace(/^['\u2018\u2019]|['\u2018\u2019]$/g, "");
}
