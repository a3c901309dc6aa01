/** A function that code of a tool makes from strings: its parameters, and its body as the last one. */
export type MadeFunction = readonly string[];

/** Templates that include others ask for more functions when they have those that they asked for. */
export const MAX_PASSES = 5;
/** Longest source of all such functions in characters. */
export const MAX_MADE = 2 * 2 ** 20;

/**
 * The module that replaces `Function` before a tool's own are evaluated, since the runtime makes no code from strings: a function that
 * is asked for is noted, and returns nothing. In the next pass it is one of `made.cjs`.
 */
const RECORDER = `import made from "made.cjs";
const wanted = new Map();
const empty = new Proxy(function () {}, {
  apply: () => empty,
  construct: () => empty,
  get: (_, key) => (key === Symbol.toPrimitive || key === "toString" ? () => "" : key === "then" ? undefined : empty),
});
const functionOf = (_, given) => {
  const parts = Array.from(given, String);
  const known = made(JSON.stringify(parts));
  if (known !== undefined) return known;
  if (/^\\s*return this;?\\s*$/.test(parts.at(-1) ?? "")) return () => globalThis;
  wanted.set(JSON.stringify(parts), parts);
  return empty;
};
globalThis.Function = new Proxy(Function, {
  apply: (target, _, given) => functionOf(target, given),
  construct: functionOf,
});
export default () => [...wanted.values()];
`;

/**
 * Returns the modules of an isolate whose code may make functions from strings: `recorder.js`, whose default export lists the functions
 * that were asked for in vain. Those that are known are in a CommonJS module, which is in sloppy mode as such functions are.
 */
export function madeModules(made: readonly MadeFunction[]): Record<string, { js: string } | { cjs: string }> {
  const entries = made.map((parts) => {
    const body = parts.at(-1) ?? "";
    return `${JSON.stringify(JSON.stringify(parts))}: function (${parts.slice(0, -1).join(",")}\n) {\n${body}\n}`;
  });
  const functions = `const functions = {\n${entries.join(",\n")}\n};\n`;
  const find = "module.exports = (key) => (Object.hasOwn(functions, key) ? functions[key] : undefined);\n";
  return { "recorder.js": { js: RECORDER }, "made.cjs": { cjs: functions + find } };
}
