import type { TextSpan } from "../../text/span";
import { RegexReader, type RegexOptions } from "./dotnetRegexReader";

export type { RegexOptions } from "./dotnetRegexReader";

export type RegexProblemKind =
  | "unterminatedGroup"
  | "unbalancedParenthesis"
  | "unknownGroupConstruct"
  | "badGroupName"
  | "unterminatedClass"
  | "reversedRange"
  | "classInRange"
  | "subtractionNotLast"
  | "unknownEscape"
  | "badEscape"
  | "unknownCategory"
  | "nothingToRepeat"
  | "nestedQuantifier"
  | "reversedQuantifier"
  | "unknownReference"
  | "trailingBackslash"
  | "unterminatedComment"
  | "tooManyAlternatives";

export interface RegexProblem {
  readonly kind: RegexProblemKind;
  readonly span: TextSpan;
}

export interface DotnetGroup {
  /** As GetGroupNames gives it: a number for unnamed groups. */
  readonly name: string;
  readonly number: number;
  readonly value: string;
  readonly success: boolean;
}

export interface DotnetMatch {
  readonly index: number;
  readonly value: string;
  readonly groups: readonly DotnetGroup[];
}

export interface DotnetRegex {
  /** Group names in .NET's order: "0", unnamed by number, then named. */
  readonly groupNames: readonly string[];
  match(input: string): DotnetMatch | undefined;
  isMatch(input: string): boolean;
}

export interface RegexAnalysis {
  /** .NET refuses the pattern. */
  readonly problem: RegexProblem | undefined;
  readonly groupNames: readonly string[];
  /** Absent when refused, or when JavaScript has no equal (balancing groups, conditions on a group). */
  readonly regex: DotnetRegex | undefined;
}

/** Reads a .NET regular expression and, where possible, makes an equivalent one. */
export function analyzeDotnetRegex(pattern: string, options: RegexOptions = {}): RegexAnalysis {
  const reader = new RegexReader(pattern, options);
  const { problem, source, groups } = reader.read();
  const groupNames = ["0", ...groups.map((group) => group.name)];
  if (problem !== undefined || source === undefined) {
    return { problem, groupNames, regex: undefined };
  }
  const compiled = new RegExp(source, reader.wholeIgnoreCase ? "iv" : "v");
  const match = (input: string): DotnetMatch | undefined => {
    const found = compiled.exec(input);
    if (found === null) {
      return undefined;
    }
    const captured = groups.map(({ name, number, indices }): DotnetGroup => {
      const values = indices.map((index) => found[index]).filter((value) => value !== undefined);
      return { name, number, value: values.at(-1) ?? "", success: values.length > 0 };
    });
    return { index: found.index, value: found[0], groups: [{ name: "0", number: 0, value: found[0], success: true }, ...captured] };
  };
  return { problem, groupNames, regex: { groupNames, match, isMatch: (input) => compiled.test(input) } };
}

/** `+`-separated .NET RegexOptions as in ExtractionRegexOptions; undefined for an unknown name. */
export function parseRegexOptions(text: string): RegexOptions | undefined {
  const options: Record<string, boolean> = {};
  for (const part of text.split("+").map((name) => name.trim().toLowerCase())) {
    const name = optionNames[part];
    if (name === undefined) {
      return undefined;
    }
    if (name !== "") {
      options[name] = true;
    }
  }
  return options;
}

const optionNames: Readonly<Record<string, keyof RegexOptions | "">> = {
  none: "",
  ignorecase: "ignoreCase",
  multiline: "multiline",
  explicitcapture: "explicitCapture",
  compiled: "",
  singleline: "singleline",
  ignorepatternwhitespace: "ignoreWhitespace",
  righttoleft: "rightToLeft",
  ecmascript: "ecmaScript",
  cultureinvariant: "",
};
