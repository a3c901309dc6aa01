import { nobody } from "../../stage/client.ts";

/** The parts of the served OpenAPI document that the fuzzer uses. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  example?: unknown;
};
type Content = Record<string, { schema?: Schema; example?: unknown }>;
export type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
export type Operation = {
  id: string;
  method: string;
  path: string;
  parameters: Parameter[];
  body: Content | undefined;
  responses: Record<string, { content?: Content }>;
};
export type Components = { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
export type ApiDocument = { operations: Operation[]; components: Components };

type Raw = {
  operationId: string;
  parameters?: (Parameter & { $ref?: string })[];
  requestBody?: { content: Content };
  responses: Operation["responses"];
};
type Served = { paths: Record<string, Record<string, Raw>>; components: Components };

/** Reads the operations of the served document, with their parameters resolved. */
export async function readDocument(): Promise<ApiDocument> {
  const { paths, components } = await nobody.expect<Served>(200, "/v1/openapi.json");
  const parameter = ({ $ref, ...one }: Parameter & { $ref?: string }): Parameter =>
    ($ref === undefined ? undefined : components.parameters[$ref.split("/").at(-1) ?? ""]) ?? one;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, raw]) => ({
      id: raw.operationId,
      method: method.toUpperCase(),
      path,
      parameters: (raw.parameters ?? []).map(parameter),
      body: raw.requestBody?.content,
      responses: raw.responses,
    })),
  );
  return { operations, components };
}
