const REFERENCE = /(?<!\\)\$\{([^{}]+)\}|(?<!\\)\$([A-Za-z_][A-Za-z0-9_]*)/;
const OPERATOR = /:\+|\+|:-|-/;

/**
 * Maximum expansions: dotenv-expand never ends for some variables with circular references; real values need far
 * fewer.
 */
const MAX_STEPS = 100;
const MAX_LENGTH = 100_000;

/**
 * Expands `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+alternative}` in each value. It follows dotenv-expand as
 * Vite bundles it: unlike the published package, a value may refer to a later variable.
 *
 * @returns the expanded values, and the names of variables with circular references
 */
export function expandVariables(parsed: Record<string, string>): { values: Record<string, string>; endless: string[] } {
  const values = { ...parsed };
  const endless: string[] = [];
  for (const [name, written] of Object.entries(parsed)) {
    const expanded = expandValue(written, values);
    if (expanded === null) endless.push(name);
    values[name] = (expanded ?? written).replaceAll("\\$", "$");
  }
  return { values, endless };
}

function expandValue(written: string, values: Record<string, string>): string | null {
  const seen = new Set<string>();
  let result = written;
  let steps = 0;
  for (let match = REFERENCE.exec(result); match !== null; match = REFERENCE.exec(result)) {
    steps += 1;
    if (steps > MAX_STEPS || result.length > MAX_LENGTH) return null;
    seen.add(result);
    const [template, braced, plain] = match;
    const { name, value, otherwise } = readReference(braced ?? plain ?? "", values);
    result = result.replace(template, value !== undefined && value !== "" && !seen.has(value) ? value : otherwise);
    // dotenv-expand stops here, so a value that became another variable's value is not expanded further.
    if (result === values[name]) return result;
  }
  return result;
}

type Reference = { name: string; value: string | undefined; otherwise: string };

function readReference(expression: string, values: Record<string, string>): Reference {
  const operator = OPERATOR.exec(expression);
  if (operator === null) return { name: expression, value: variable(expression, values), otherwise: "" };
  const name = expression.slice(0, operator.index);
  const rest = expression.slice(operator.index + operator[0].length);
  if (!operator[0].endsWith("+")) return { name, value: variable(name, values), otherwise: rest };
  return { name, value: undefined, otherwise: variable(name, values) ? rest : "" };
}

function variable(name: string, values: Record<string, string>): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
