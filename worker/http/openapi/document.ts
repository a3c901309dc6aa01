import * as contract from "../../contract/index.ts";
import { commonProblems } from "../../contract/index.ts";
import { authPaths } from "./auth-paths.ts";
import { withParameterWords, withWords } from "./descriptions.ts";
import { requestExamples } from "./examples.ts";
import { NamedSchemas, pascal, type Schema, type Schemas } from "./named-schemas.ts";
import { type AnswerHeader, answerHeaders, type RequestHeader, requestHeaders } from "./response-headers.ts";

type Content = Record<string, { schema?: Schema; example?: unknown }>;
type Response = { description?: string; content?: Content; headers?: unknown };
type Operation = {
  operationId?: string;
  summary?: string;
  tags?: string[];
  description?: string;
  parameters?: unknown[];
  requestBody?: { content?: Content };
  responses?: Record<string, Response>;
  "x-access"?: string;
  "x-limit"?: string;
  /** Custom members of a route object, which the generator copies. */
  access?: string;
  alsoNeeds?: string | undefined;
  role?: unknown;
  limit?: string;
  audit?: string | undefined;
  takesTicket?: true | undefined;
};
export type ApiDocument = {
  openapi: string;
  paths?: Record<string, Record<string, Operation>>;
  webhooks?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Schemas; [other: string]: Record<string, unknown> | undefined };
};

/** @returns the name of each route in the contract, by method and path */
const routeNames = () =>
  new Map(
    Object.entries<unknown>({ ...contract })
      .filter(([group]) => group.endsWith("Routes"))
      .flatMap(([, routes]) => Object.entries<unknown>({ ...(typeof routes === "object" ? routes : null) }))
      .flatMap(([name, route]) =>
        typeof route === "object" && route !== null && "method" in route && "path" in route
          ? [[`${route.method} ${route.path}`, name] as const]
          : [],
      ),
  );

/** Completes a generated document: adds the parts that all operations share, and the paths that are not routes. */
export function completed(document: ApiDocument): ApiDocument {
  const names = routeNames();
  const paths = Object.entries(document.paths ?? {}).map(([path, operations]) => [
    // Removes the router's syntax for a parameter that spans segments.
    path.replace("{path{.+}}", "{path}"),
    mapped(operations, (method, operation) => withName(names.get(`${method} ${path}`), method, operation)),
  ]);
  const named = new NamedSchemas(document.components?.schemas ?? {});
  const settle = (_: string, operations: Record<string, Operation>) =>
    mapped(operations, (_, operation) => withNamedBodies(named, operation));
  const all: Record<string, Record<string, Operation>> = {
    ...Object.fromEntries(paths),
    ...mapped(authPaths, (_, operations) =>
      mapped(operations, (method, operation) => withAnswerHeaders(method, withCommonProblems(operation))),
    ),
  };
  return {
    ...document,
    paths: mapped(all, settle),
    webhooks: mapped(document.webhooks ?? {}, settle),
    components: {
      ...document.components,
      schemas: mapped(named.schemas, (name, schema) => withWords(schema, name)),
      headers: answerHeaders,
      parameters: requestHeaders,
    },
  };
}

/** @returns the operation with the problems that every path can respond with, better-auth's included */
function withCommonProblems(operation: Operation): Operation {
  const asked = { method: "get", path: "{}", access: "public", limit: operation["x-limit"] ?? "none" };
  const common = commonProblems({ ...asked, hasBody: operation.requestBody !== undefined });
  const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  const responses = mapped(common, (_, { description }) => ({ description, content: problem }));
  return { ...operation, responses: { ...responses, ...operation.responses } };
}

function withNamedBodies(named: NamedSchemas, operation: Operation): Operation {
  const name = pascal(operation.operationId ?? "");
  const inContent = (content: Content, suffix: string): Content =>
    mapped(content, (_, media) =>
      media.schema === undefined ? media : { ...media, schema: named.named(media.schema, `${name}${suffix}`) },
    );
  const example = requestExamples[operation.operationId ?? ""];
  const withExample = (content: Content): Content =>
    mapped(content, (type, media) =>
      type === "application/json" && example !== undefined ? { ...media, example } : media,
    );
  const { requestBody, responses = {} } = operation;
  return {
    ...operation,
    ...(operation.parameters && { parameters: operation.parameters.map(withParameterWords) }),
    ...(requestBody?.content && {
      requestBody: { ...requestBody, content: withExample(inContent(requestBody.content, "Request")) },
    }),
    responses: mapped(responses, (status, response) =>
      response.content && status.startsWith("2")
        ? { ...response, content: inContent(response.content, "Response") }
        : response,
    ),
  };
}

const mapped = <T, U>(values: Record<string, T>, map: (key: string, value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(key, value)]));

function withName(
  name: string | undefined,
  method: string,
  { access: _, alsoNeeds: __, role: ___, limit: ____, audit: _____, takesTicket: ______, ...operation }: Operation,
) {
  const parameters = [
    ...(operation.parameters ?? []),
    ...requestHeadersOf(method, operation).map((header) => ({ $ref: `#/components/parameters/${header}` })),
  ];
  return withAnswerHeaders(method, {
    ...(name !== undefined && { operationId: name }),
    ...operation,
    ...(parameters.length > 0 && { parameters }),
  });
}

const isRead = (method: string): boolean => method === "get";

/**
 * Whether an operation accepts an Idempotency-Key: it needs an authenticated caller, and a signed request has its own
 * id.
 */
const isKeyed = (method: string, { "x-access": access }: Operation): boolean =>
  !isRead(method) && access !== "public" && access !== "signed";

function requestHeadersOf(method: string, operation: Operation): RequestHeader[] {
  const { responses = {} } = operation;
  const headers: [RequestHeader, boolean][] = [
    ["IdempotencyKey", isKeyed(method, operation)],
    ["IfMatch", "412" in responses],
    ["IfNoneMatch", "304" in responses],
    ["LastEventId", isRead(method) && responses["200"]?.content?.["text/event-stream"] !== undefined],
  ];
  return headers.flatMap(([header, counts]) => (counts ? [header] : []));
}

function withAnswerHeaders(method: string, operation: Operation): Operation {
  const responses = mapped(operation.responses ?? {}, (status, response) => ({
    ...response,
    headers: Object.fromEntries(
      answerHeadersOf(method, operation, status).map((header) => [header, { $ref: `#/components/headers/${header}` }]),
    ),
  }));
  return { ...operation, responses };
}

/** Schemas whose responses carry a project's ETag. */
const stateful = new Set(["Project", "BatchResult"]);
/** Schemas of resources with their own URL. */
const located = new Set(["Project", "NewWebhook", "Run"]);

function answerHeadersOf(method: string, operation: Operation, status: string): AnswerHeader[] {
  const { responses = {} } = operation;
  const schema = responses[status]?.content?.["application/json"]?.schema?.$ref?.split("/").at(-1) ?? "";
  const isWrite = isKeyed(method, operation) && operation.operationId !== undefined;
  const succeeds = status.startsWith("2");
  const headers: [AnswerHeader, boolean][] = [
    ["X-Request-Id", true],
    ["X-Trace-Id", true],
    ["Server-Timing", true],
    ["RateLimit-Policy", operation["x-limit"] !== "none"],
    ["RateLimit", operation["x-limit"] !== "none"],
    ["Retry-After", status === "429" || status === "503" || (status === "409" && isWrite)],
    ["Idempotent-Replayed", isWrite && Number(status) < 500 && status !== "429" && status !== "401"],
    ["ETag", status === "304" || (succeeds && ("304" in responses || stateful.has(schema)))],
    ["Location", (status === "201" || status === "202") && !isRead(method) && located.has(schema)],
  ];
  return headers.flatMap(([header, counts]) => (counts ? [header] : []));
}
