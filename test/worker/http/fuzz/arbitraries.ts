import fc from "fast-check";
import type { ApiDocument, Components, Operation, Parameter, Schema } from "./document.ts";

/** A generated request; `{project}` and the like are placeholders for the caller's own resources. */
export type Asked = {
  operation: Operation;
  caller: "owner" | "token" | "nobody" | "stranger";
  path: string;
  headers: Record<string, string>;
  body: string | null;
};

const garbage = fc.oneof(
  fc.constantFrom<unknown>(null, true, "", " ", "\0", "\ud800", "\u202e", "%00", "../x", "%252e%252e", -1, 0, 1.5),
  fc.constantFrom<unknown>(1e308, Number.MAX_SAFE_INTEGER, 2 ** 31, "x".repeat(5_000), [], {}, [[]], { a: { b: [1] } }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Generates mostly valid values of a schema, and sometimes invalid ones. */
function generated(schema: Schema, components: Components, depth = 0): fc.Arbitrary<unknown> {
  const valid = validValue(schema, components, depth);
  return fc.oneof({ weight: 12, arbitrary: valid }, { weight: 1, arbitrary: garbage });
}

function validValue(schema: Schema, components: Components, depth: number): fc.Arbitrary<unknown> {
  if (schema.$ref) return generated(components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, components, depth);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const members = schema.oneOf ?? schema.anyOf;
  if (members) return fc.oneof(...members.map((member) => validValue(member, components, depth)));
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "string":
      return textOf(schema);
    case "integer":
    case "number":
      return fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) });
    case "boolean":
      return fc.boolean();
    case "array": {
      const bounds = { minLength: schema.minItems ?? 0, maxLength: Math.max(schema.minItems ?? 0, 4) };
      return depth > 4 ? fc.constant([]) : fc.array(generated(schema.items ?? {}, components, depth + 1), bounds);
    }
    case "object":
      return objectOf(schema, components, depth);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectOf(schema: Schema, components: Components, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {});
  const record = Object.fromEntries(properties.map(([name, one]) => [name, generated(one, components, depth + 1)]));
  const known = fc.record(record, { requiredKeys: schema.required ?? [] });
  const more = fc.dictionary(fc.string({ maxLength: 8 }), garbage, { minKeys: 1, maxKeys: 2 });
  const tooMuch = fc.tuple(known, more).map(([one, other]) => ({ ...other, ...one }));
  return fc.oneof({ weight: 15, arbitrary: known }, { weight: 1, arbitrary: tooMuch });
}

const texts = ["a", "index.html", "src/app.ts", "console.log(1)", "fullstack", "Hello", "main"];

function textOf({ format, example, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === "date-time") return fc.constantFrom("2026-11-23T12:34:56Z", "2026-11-23T12:34:56.789+14:00", "2026");
  if (format === "date") return fc.constantFrom("2026-11-23", "2026-02-30", "1999-01-01");
  const bounds = { minLength: Math.min(minLength, 100), maxLength: Math.min(maxLength, 100) };
  return fc.oneof(
    fc.constantFrom(...(typeof example === "string" ? [example] : []), ...texts),
    fc.constantFrom("{project}", "{run}"),
    fc.string({ ...bounds, unit: "grapheme" }),
  );
}

/** Generates a path parameter: mostly an existing resource of the right type. */
function segmentOf(operation: Operation, { name, schema }: Parameter, components: Components): fc.Arbitrary<string> {
  const noun = /^\/v1\/(\w+?)(?:ie)?s?\//.exec(operation.path)?.[1] ?? "project";
  const own = name === "id" ? `{${noun === "deliver" ? "delivery" : noun}}` : name === "path" ? "index.html" : "1";
  const strange = fc.constantFrom(
    "%00",
    "%",
    "%ff",
    "%2e%2e",
    "%252e",
    "a%2fb",
    "prj_0",
    "..%2f",
    "%E2%80%AE",
    "x".repeat(300),
  );
  const isLast = operation.method === "DELETE" && operation.path.endsWith("}");
  return fc.oneof(
    { weight: isLast ? 1 : 8, arbitrary: fc.constant(own) },
    { weight: 2, arbitrary: strange },
    { weight: 2, arbitrary: validValue(schema, components, 0).map((value) => encoded(String(value)) || "x") },
  );
}

/** Percent-encodes a text except for placeholders; a lone surrogate has no encoding. */
const encoded = (text: string): string =>
  /^\{\w+\}$/.test(text) ? text : encodeURIComponent(text.toWellFormed()).replaceAll(/^\.+$/g, "x");

function queryOf(parameters: Parameter[], components: Components): fc.Arbitrary<string> {
  const pairs = parameters
    .filter((one) => one.in === "query")
    .map(({ name, schema }) =>
      fc
        .tuple(fc.integer({ min: 0, max: 5 }), generated(schema, components))
        .map(([chance, value]) => (chance < 3 ? [] : [`${name}=${encoded(String(value))}`])),
    );
  const stray = fc
    .integer({ min: 0, max: 30 })
    .map((chance) => (chance === 0 ? ["nonsense=1"] : chance === 1 ? ["limit=%ff&limit=1"] : []));
  return fc.tuple(stray, ...pairs).map((parts) => parts.flat().join("&"));
}

const headers = fc.record(
  {
    Accept: fc.constantFrom("application/json", "text/event-stream", "*/*", "application/octet-stream"),
    "Idempotency-Key": fc.oneof(fc.constantFrom("k1", "k2", '"quoted"', "", "x".repeat(256)), fc.uuid()),
    "If-Match": fc.constantFrom("*", '"0-1"', "nonsense"),
    "If-None-Match": fc.constantFrom("*", '"tree-1"', "nonsense"),
    "Last-Event-ID": fc.constantFrom("0", "2", "-1", "999999", "x"),
    "X-Request-Id": fc.constantFrom("abcdefgh", "short", "x".repeat(65)),
    Origin: fc.constantFrom("https://elsewhere.example"),
    "Content-Encoding": fc.constantFrom("identity", "gzip", "br"),
    "Content-Type": fc.constantFrom(
      "text/plain",
      "application/json; charset=utf-16",
      "application/x-www-form-urlencoded",
    ),
  },
  { requiredKeys: [] },
);
/** Most requests have few headers: an invalid one hides later faults. */
const fewHeaders = fc.tuple(headers, fc.integer({ min: 0, max: 4 })).map(([all, most]) => {
  const rare = new Set(["Content-Encoding", "Content-Type", "Origin"]);
  return Object.fromEntries(Object.entries(all).filter(([name], at) => at < most && (!rare.has(name) || most === 4)));
});

function bodyOf(operation: Operation, components: Components): fc.Arbitrary<[type: string, body: string] | null> {
  const contents = Object.entries(operation.body ?? {});
  if (contents.length === 0) return fc.constant(null);
  const valid = contents.map(([type, { schema, example }]) =>
    type === "application/json"
      ? fc
          .oneof(generated(schema ?? {}, components), ...(example === undefined ? [] : [fc.constant(example)]))
          .map((value): [string, string] => [type, JSON.stringify(value) ?? ""])
      : fc.string({ maxLength: 200 }).map((text): [string, string] => [type, text]),
  );
  const broken = fc
    .constantFrom("{", "", "[]", '"x"', "null", "\ufeff{}", '{"a":1}}')
    .map((text): [string, string] => ["application/json", text]);
  return fc.oneof({ weight: 10, arbitrary: fc.oneof(...valid) }, { weight: 1, arbitrary: broken });
}

/** Generates requests to one operation. */
function requestTo(operation: Operation, components: Components): fc.Arbitrary<Asked> {
  const inPath = operation.parameters.filter((one) => one.in === "path");
  const segments = fc.tuple(...inPath.map((one) => segmentOf(operation, one, components)));
  const path = fc.tuple(segments, queryOf(operation.parameters, components)).map(([values, query]) => {
    const at = inPath.reduce(
      (path, { name }, n) => path.replace(`{${name}}`, () => `\u0000${values[n]}`),
      operation.path,
    );
    return `${at.replaceAll("\u0000", "")}${query === "" ? "" : `?${query}`}`;
  });
  const caller = fc.constantFrom(
    "owner" as const,
    "token" as const,
    "token" as const,
    "nobody" as const,
    "stranger" as const,
  );
  return fc.tuple(caller, path, fewHeaders, bodyOf(operation, components)).map(([caller, path, chosen, body]) => ({
    operation,
    caller,
    path,
    headers: { ...(body && { "Content-Type": body[0] }), ...chosen },
    body: body?.[1] ?? null,
  }));
}

/** Operations that end what others need, or take long; all others are equally frequent. */
const rare = new Set(["signOut", "changePassword", "signUp", "startPreview", "publishProject"]);

/** Generates requests to every operation of the document. */
export function requests({ operations, components }: ApiDocument): fc.Arbitrary<Asked> {
  const weighted = operations.map((operation) => ({
    weight: rare.has(operation.id) ? 1 : 10,
    arbitrary: requestTo(operation, components),
  }));
  return fc.oneof(...weighted);
}
