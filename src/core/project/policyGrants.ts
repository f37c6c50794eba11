/** The one call that the agent makes. */
export const putRecords = "firehose:PutRecordBatch";

/** An action that a policy allows, wildcards and all. */
export interface PolicyGrant {
  readonly action: string;
  readonly resource?: string;
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** The allowances of a policy's JSON text; denials are left to the simulation. */
export function grantsOf(policy: string): readonly PolicyGrant[] {
  const { Statement } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  const statements: readonly Statement[] = Statement === undefined ? [] : Array.isArray(Statement) ? Statement : [Statement as Statement];
  return statements
    .filter((one) => one.Effect === "Allow")
    .flatMap((one) =>
      listOf(one.Action).flatMap((action) => {
        const resources = listOf(one.Resource);
        return resources.length === 0 ? [{ action }] : resources.map((resource) => ({ action, resource }));
      }),
    );
}

/** Whether an action with wildcards means this one. */
export function covers(action: string, wanted: string): boolean {
  const pattern = action
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`, "i").test(wanted);
}
