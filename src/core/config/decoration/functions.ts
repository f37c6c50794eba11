export type ExParameterType = "string" | "int" | "any";

export interface ExParameter {
  readonly name: string;
  readonly type: ExParameterType;
}

export interface ExSignature {
  readonly parameters: readonly ExParameter[];
  readonly result: "string" | "int" | "decimal" | "date" | "any";
}

export interface ExFunction {
  readonly name: string;
  readonly signatures: readonly ExSignature[];
}

const input: ExParameter = { name: "input", type: "string" };
const ints = (...names: string[]): ExParameter[] => names.map((name) => ({ name, type: "int" }));
const anys = (count: number): ExParameter[] => Array.from({ length: count }, (_, at) => ({ name: `value${at + 1}`, type: "any" }));

const oneString = (name: string, result: ExSignature["result"] = "string"): ExFunction => ({
  name,
  signatures: [{ parameters: [input], result }],
});

const pad = (name: string): ExFunction => ({
  name,
  signatures: [{ parameters: [input, ...ints("size"), { name: "pad", type: "string" }], result: "string" }],
});

const pattern: ExParameter = { name: "pattern", type: "string" };
const format: ExParameter = { name: "format", type: "string" };

/** Every function of the Ex grammar (the agent's BuiltInFunctions). */
export const exFunctions: readonly ExFunction[] = [
  oneString("length", "int"),
  oneString("lower"),
  oneString("upper"),
  oneString("trim"),
  oneString("ltrim"),
  oneString("rtrim"),
  pad("lpad"),
  pad("rpad"),
  {
    name: "substr",
    signatures: [
      { parameters: [input, ...ints("start")], result: "string" },
      { parameters: [input, ...ints("start", "length")], result: "string" },
    ],
  },
  {
    name: "regexp_extract",
    signatures: [
      { parameters: [input, pattern], result: "string" },
      { parameters: [input, pattern, ...ints("group")], result: "string" },
    ],
  },
  {
    name: "date",
    signatures: [
      { parameters: ints("year", "month", "day"), result: "date" },
      { parameters: ints("year", "month", "day", "hour", "minute", "second"), result: "date" },
      { parameters: ints("year", "month", "day", "hour", "minute", "second", "millisecond"), result: "date" },
    ],
  },
  oneString("parse_int", "int"),
  oneString("parse_decimal", "decimal"),
  { name: "parse_date", signatures: [{ parameters: [input, format], result: "date" }] },
  { name: "format", signatures: [{ parameters: [{ name: "value", type: "any" }, format], result: "string" }] },
  { name: "coalesce", signatures: [2, 3, 4, 5, 6].map((count) => ({ parameters: anys(count), result: "any" })) },
];

const byName = new Map(exFunctions.map((entry) => [entry.name, entry]));

export function findExFunction(name: string): ExFunction | undefined {
  return byName.get(name);
}

/** Allowed argument counts; undefined for an unknown function (names are case-sensitive). */
export function exArities(name: string): readonly number[] | undefined {
  return byName.get(name)?.signatures.map((signature) => signature.parameters.length);
}
