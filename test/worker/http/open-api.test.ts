import { describe, expect, it } from "vitest";
import { nobody } from "../stage/client.ts";
import { routes } from "./requests.ts";

type Operation = {
  summary?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string }[];
  responses: Record<string, { content?: Record<string, unknown> }>;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
};

const read = () => nobody.expect<Document>(200, "/v1/openapi.json");
const shownPath = (path: string) => path.replace("{path{.+}}", "{path}");

/** Every `$ref` in a document. */
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
    .reduce<unknown>(
      (at, part) => (typeof at === "object" && at !== null ? Reflect.get(at, part) : undefined),
      document,
    );

describe("GET /v1/openapi.json", () => {
  it("is OpenAPI 3.1 with every route of the contract, and no other", async () => {
    const document = await read();
    expect(document.openapi).toMatch(/^3\.1\./);
    const shown = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(shown.sort()).toEqual(routes.map(({ method, path }) => `${method} ${shownPath(path)}`).sort());
  });

  it("refers to nothing that is not there", async () => {
    const document = await read();
    const refs = [...new Set(refsIn(document))];
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of refs) {
      expect(ref).toMatch(/^#\/components\//);
      expect(resolve(document, ref), ref).toBeTypeOf("object");
    }
  });

  it("names each parameter of a path, and how each route is called", async () => {
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

  it("says who may call each route, as the route itself has it", async () => {
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

  it("has the problem document for each refusal", async () => {
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
});
