import { CORE_SCHEMA, defineMappingTag, defineScalarTag, defineSequenceTag, load, NOT_RESOLVED, YAMLException } from "js-yaml";
import { validationError } from "./items";

/** Functions that have a short form with an exclamation mark. */
const functions: ReadonlySet<string> = new Set([
  ...["Ref", "Condition", "And", "Base64", "Cidr", "Equals", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length", "Not"],
  ...["Or", "Select", "Split", "Sub", "ToJsonString"],
]);

const name = (tag: string): string => tag.slice(1);
const isShort = (tag: string): boolean => functions.has(name(tag));

/** The long form of a short one. */
function called(tag: string, value: unknown): Record<string, unknown> {
  const short = name(tag);
  if (short === "GetAtt" && typeof value === "string") {
    const [resource = "", ...attribute] = value.split(".");
    return { "Fn::GetAtt": [resource, attribute.join(".")] };
  }
  return { [short === "Ref" || short === "Condition" ? short : `Fn::${short}`]: value };
}

const never = { identify: () => false, matchByTagPrefix: true };
const schema = CORE_SCHEMA.withTags(
  defineScalarTag("!", { ...never, resolve: (source, _isExplicit, tag) => (isShort(tag) ? called(tag, source) : NOT_RESOLVED) }),
  defineSequenceTag("!", {
    ...never,
    create: (tag): { readonly tag: string; readonly items: unknown[] } => ({ tag, items: [] }),
    addItem: ({ tag, items }, item) => {
      items.push(item);
      return isShort(tag) ? "" : `Unknown tag ${tag}`;
    },
    finalize: ({ tag, items }) => called(tag, items),
  }),
  defineMappingTag("!", {
    ...never,
    create: (tag): { readonly tag: string; readonly pairs: Map<string, unknown> } => ({ tag, pairs: new Map() }),
    addPair: ({ tag, pairs }, key, value) => {
      pairs.set(String(key), value);
      return isShort(tag) ? "" : `Unknown tag ${tag}`;
    },
    has: ({ pairs }, key) => pairs.has(String(key)),
    keys: (result: Record<string, unknown>) => Object.keys(result),
    get: (result: Record<string, unknown>, key) => result[String(key)],
    finalize: ({ tag, pairs }) => called(tag, Object.fromEntries(pairs)),
  }),
);

/** What a template in YAML says, short forms of functions written out. CloudFormation takes no aliases. */
export function parseYaml(text: string): unknown {
  try {
    return load(text, { schema, maxAliases: 0 });
  } catch (thrown) {
    const reason = thrown instanceof YAMLException ? thrown.reason : String(thrown);
    throw validationError(
      /alias/i.test(reason)
        ? "Template error: YAML aliases are not allowed in CloudFormation templates"
        : `Template format error: YAML not well-formed. (${reason}${place(thrown)})`,
    );
  }
}

function place(thrown: unknown): string {
  const mark = thrown instanceof YAMLException ? thrown.mark : undefined;
  return mark === undefined ? "" : ` (line ${mark.line + 1}, column ${mark.column + 1})`;
}
