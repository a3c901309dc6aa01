import { describe, expect, it } from "vitest";
import { z } from "zod";
import { outboundEventTypes } from "../../../worker/contract/index.ts";
import { errorCodes } from "../../../worker/errors.ts";
import { authMethods } from "../../../worker/http/routes/auth-methods.ts";
import { nobody } from "../stage/client.ts";
import { routes } from "./requests.ts";

type Parameter = { name: string; in: string; required?: boolean; schema?: unknown; content?: unknown; $ref?: string };
type Operation = {
  operationId?: string;
  summary?: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  responses: Record<
    string,
    { description?: string; content?: Record<string, unknown>; headers?: Record<string, { $ref: string }> }
  >;
};
type Document = {
  openapi: string;
  webhooks: Record<string, { post: Operation & { requestBody: { content: Record<string, { schema: unknown }> } } }>;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
};

const read = () => nobody.expect<Document>(200, "/v1/openapi.json");
/** The members of an operation in OpenAPI 3.1 (4.8.10). */
const known = new Set(
  "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers".split(
    " ",
  ),
);
/** Whether a path is better-auth's, and so no route of the contract. */
const isAuth = (path: string) => path.startsWith("/v1/auth/");
const operationsOf = (document: Document) =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

const shownPath = (path: string) => path.replace("{path{.+}}", "{path}");

/** Yields every `$ref` in a document. */
function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    if (key === "$ref" && typeof part === "string") yield part;
    else yield* refsIn(part);
  }
}

const resolve = (document: Document, ref: string): unknown =>
  ref
    .slice(2)
    .split("/")
    .map((part) => part.replaceAll("~1", "/"))
    .reduce<unknown>(
      (at, part) => (typeof at === "object" && at !== null ? Reflect.get(at, part) : undefined),
      document,
    );

describe("GET /v1/openapi.json", () => {
  it("The document is OpenAPI 3.1 and contains exactly the routes of the contract", async () => {
    const document = await read();
    expect(document.openapi).toMatch(/^3\.1\./);
    const shown = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(shown.filter((route) => !isAuth(route.split(" ")[1] ?? "")).sort()).toEqual(
      routes.map(({ method, path }) => `${method} ${shownPath(path)}`).sort(),
    );
  });

  it("An operation in the document has only valid members, and all required ones", async () => {
    const document = await read();
    expect(document.servers.map(({ url }) => url)).toEqual([expect.stringMatching(/^https?:\/\//)]);
    for (const { path, method, operation } of operationsOf(document)) {
      const where = `${method} ${path}`;
      for (const key of Object.keys(operation))
        expect(known.has(key) || key.startsWith("x-"), `${where}: ${key}`).toBe(true);
      expect(Object.keys(operation.responses).length, where).toBeGreaterThan(0);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(response.description, `${where} ${status}`).toBeTypeOf("string");
      }
    }
  });

  it("A parameter in the document has a location and a schema", async () => {
    const document = await read();
    for (const { path, method, operation } of operationsOf(document)) {
      const where = `${method} ${path}`;
      for (const parameter of operation.parameters ?? []) {
        const told = parameter.$ref === undefined ? parameter : (resolve(document, parameter.$ref) as Parameter);
        expect(["path", "query", "header"], where).toContain(told.in);
        expect(told.schema ?? told.content, `${where}: ${told.name}`).toBeTypeOf("object");
        if (told.in === "path") expect(told.required, where).toBe(true);
      }
    }
  });

  it("An operation in the document has its route's name, and each name is unique", async () => {
    const document = await read();
    const ids = operationsOf(document).map(({ operation }) => operation.operationId ?? "");
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, method, path } of routes) {
      expect(document.paths[shownPath(path)]?.[method.toLowerCase()]?.operationId, path).toBe(name);
    }
  });

  it("The document contains exactly the existing paths below /v1/auth, with their methods", async () => {
    const { paths } = await read();
    const shown = Object.entries(paths).flatMap(([path, item]) =>
      isAuth(path) ? Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`) : [],
    );
    const there = Object.entries(authMethods).map(([path, method]) => `${method} /v1/auth${path}`);
    expect(shown.sort()).toEqual(there.sort());
  });

  it("The document describes headers and the ranges of numbers", async () => {
    const document = await read();
    const at = (path: string, method: string) => {
      const operation = document.paths[path]?.[method];
      if (!operation) throw new Error(`${method} ${path} is not there`);
      const parameters = (operation.parameters ?? []).map((one) =>
        one.$ref === undefined ? one : (resolve(document, one.$ref) as Parameter),
      );
      const headers = (status: string) => Object.keys(operation.responses[status]?.headers ?? {});
      return { sent: parameters.flatMap((one) => (one.in === "header" ? [one.name] : [])), parameters, headers };
    };
    const project = "/v1/projects/{id}";
    expect(at(project, "patch").sent).toEqual(["Idempotency-Key", "If-Match"]);
    expect(at(project, "patch").headers("200")).toEqual(expect.arrayContaining(["ETag", "Idempotent-Replayed"]));
    expect(at(project, "get").sent).toEqual(["If-None-Match"]);
    expect(at(project, "get").headers("304")).toContain("ETag");
    expect(at(`${project}/batches`, "post").headers("201")).toContain("ETag");
    expect(at(`${project}/runs`, "post").headers("202")).toContain("Location");
    expect(at("/v1/runs/{id}/events", "get").sent).toEqual(["Last-Event-ID"]);
    const common = ["X-Request-Id", "X-Trace-Id", "Server-Timing", "RateLimit-Policy", "RateLimit"];
    expect(at(project, "get").headers("429")).toEqual(expect.arrayContaining([...common, "Retry-After"]));
    expect(at("/v1/health", "get").headers("200")).toEqual(["X-Request-Id", "X-Trace-Id", "Server-Timing"]);
    const limits = (path: string) => at(path, "get").parameters.find(({ name }) => name === "limit")?.schema;
    expect(limits("/v1/projects")).toMatchObject({ type: "integer", minimum: 1, maximum: 100, default: 50 });
    expect(limits("/v1/runs/{id}/events")).toMatchObject({ type: "integer", minimum: 1, maximum: 1_000 });
  });

  it("A reference in the document has a target", async () => {
    const document = await read();
    const refs = [...new Set(refsIn(document))];
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of refs) {
      expect(ref).toMatch(/^#\/components\//);
      expect(resolve(document, ref), ref).toBeTypeOf("object");
    }
  });

  it("A path in the document names all its parameters, and its operations have their method", async () => {
    const document = await read();
    for (const [path, item] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const [method, operation] of Object.entries(item)) {
        const told = (operation.parameters ?? []).filter((one) => one.in === "path").map(({ name }) => name);
        expect(told.sort(), `${method} ${path}`).toEqual(inPath.sort());
        expect(operation.summary, `${method} ${path}`).toBeTruthy();
      }
    }
  });

  it("An operation in the document has its route's access policy", async () => {
    const document = await read();
    for (const route of routes) {
      const operation = document.paths[shownPath(route.path)]?.[route.method.toLowerCase()];
      const schemes = (operation?.security ?? []).flatMap((one) =>
        Object.entries(one).map(([name, asked]) => `${name} ${asked}`),
      );
      if (route.access === "public" || route.access === "signed") expect(schemes).toEqual([]);
      else expect(schemes).toContain("session ");
      if (route.access.includes(":")) {
        expect(schemes).toContain(`token ${[route.access, route.alsoNeeds ?? []].flat()}`);
      }
      if (route.access === "session") expect(schemes.some((scheme) => scheme.startsWith("token"))).toBe(false);
    }
    expect(Object.keys(document.components.securitySchemes ?? {}).sort()).toEqual(["session", "token"]);
  });

  it("A refusal in the document has the problem schema", async () => {
    const document = await read();
    for (const item of Object.values(document.paths)) {
      for (const operation of Object.values(item)) {
        for (const [status, response] of Object.entries(operation.responses)) {
          if (Number(status) < 400) continue;
          expect(Object.keys(response.content ?? {})).toEqual(["application/problem+json"]);
        }
      }
    }
  });

  it("The document describes every operation, parameter and property", async () => {
    const document = await read();
    const operations = operationsOf(document);
    expect(operations.filter(({ operation }) => !operation.summary)).toEqual([]);
    const parameters = operations.flatMap(({ path, operation }) =>
      (operation.parameters ?? []).map((one) => ({ path, ...(one.$ref ? Object(resolve(document, one.$ref)) : one) })),
    );
    expect(parameters.filter(({ description }) => !description)).toEqual([]);
    const silent = Object.entries(document.components.schemas ?? {}).flatMap(([name, schema]) =>
      [...silentIn(schema)].map((property) => `${name}.${property}`),
    );
    expect(silent).toEqual([]);
  });

  it("The document has a valid example for every JSON body", async () => {
    const document = await read();
    for (const { path, method, operation } of operationsOf(document)) {
      const body = resolve(document, `#/paths/${path.replaceAll("/", "~1")}/${method}/requestBody/content`);
      const json = typeof body === "object" && body !== null ? Reflect.get(body, "application/json") : undefined;
      if (json === undefined) continue;
      const example: unknown = Reflect.get(Object(json), "example");
      expect(example, operation.operationId).toBeDefined();
      const route = routes.find(({ name }) => name === operation.operationId);
      const schema = Reflect.get(Object(route), "request")?.body?.content?.["application/json"]?.schema;
      if (schema instanceof z.ZodType) schema.parse(example);
    }
  });

  it("A body or a union's member in the document has a name, and each union a discriminator", async () => {
    const document = await read();
    for (const { path, method, operation } of operationsOf(document)) {
      const contents = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
      for (const [status, { content = {} }] of contents) {
        for (const [type, one] of Object.entries(content)) {
          if (type === "application/json")
            expect(Object(one).schema, `${method} ${path} ${status}`).toHaveProperty("$ref");
        }
      }
    }
    const schemas = Object.entries(document.components.schemas ?? {});
    for (const [name, property] of [
      ["RunEvent", "type"],
      ["LiveMessage", "type"],
      ["Batch", "op"],
      ["Message", "type"],
    ] as const) {
      const found = JSON.stringify(document.components.schemas?.[name]);
      expect(found, name).toContain(`"discriminator":{"propertyName":"${property}"`);
    }
    const names = schemas.map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(["ProjectFile", "LiveFrame", "LiveMessage", "Problem", "ProblemCode"]),
    );
    expect(names).not.toContain("File");
    // A nullable component would be nullable wherever it is referenced.
    for (const [name, schema] of schemas) expect(JSON.stringify(Object(schema).type ?? ""), name).not.toContain("null");
  });

  it("The document has every problem code, and each code has the page that a problem's type links to", async () => {
    const document = await read();
    const codes: string[] = Object(document.components.schemas?.ProblemCode).enum;
    expect(codes).toEqual([...errorCodes]);
    for (const code of codes) {
      const page = await nobody.request(`/v1/docs/errors/${code}`);
      expect(page.status, code).toBe(200);
      expect(await page.text()).toContain(`<h1>${code}</h1>`);
    }
    await nobody.problem(404, "/v1/docs/errors/no_such_code");
    const { type, code } = await nobody.problem(401, "/v1/projects");
    expect(new URL(type).pathname).toBe(`/v1/docs/errors/${code}`);
    expect((await nobody.request(new URL(type).pathname)).status).toBe(200);
  });

  it("The document has a webhook with its own schema for every event type", async () => {
    const document = await read();
    expect(Object.keys(document.webhooks).sort()).toEqual([...outboundEventTypes, "webhook.test"].sort());
    for (const [type, { post }] of Object.entries(document.webhooks)) {
      const schema = Object(post.requestBody.content["application/json"]).schema;
      const event = Object(resolve(document, schema.$ref));
      expect(event.properties.type.enum, type).toEqual([type]);
      expect(event.properties.data.properties, type).toBeTypeOf("object");
    }
  });

  it("An operation in the document has the common problems", async () => {
    const document = await read();
    const has = (path: string, method: string) => Object.keys(document.paths[path]?.[method]?.responses ?? {});
    expect(has("/v1/projects/{id}/batches", "post")).toEqual(
      expect.arrayContaining([
        "201",
        "400",
        "401",
        "403",
        "404",
        "405",
        "409",
        "412",
        "413",
        "415",
        "422",
        "429",
        "503",
      ]),
    );
    expect(has("/v1/projects/{id}", "get")).toEqual(expect.arrayContaining(["400", "401", "403", "404", "405", "422"]));
    for (const { path, method, operation } of operationsOf(document)) {
      for (const status of ["405", "422", "503"]) {
        expect(Object.keys(operation.responses), `${method} ${path}`).toContain(status);
      }
    }
  });
});

/** Yields the properties of a schema without a description, at any depth. A property with a single value needs none. */
function* silentIn(schema: unknown): Generator<string> {
  const { properties = {}, items, ...rest } = Object(schema);
  for (const [name, property] of Object.entries(properties)) {
    const { description, $ref, enum: values } = Object(property);
    if (!description && !$ref && values?.length !== 1) yield name;
    for (const below of silentIn(property)) yield `${name}.${below}`;
  }
  if (items) yield* silentIn(items);
  for (const key of ["oneOf", "anyOf", "allOf"]) for (const member of rest[key] ?? []) yield* silentIn(member);
}
