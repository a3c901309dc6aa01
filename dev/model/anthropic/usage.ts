import { imageTokens } from "./image-tokens.ts";
import { blocksOf, type PricedRequest } from "./wire.ts";

/** Estimates tokens as one per four characters. Coarse, but it grows in proportion to the real count. */
const tokensOf = (text: string): number => Math.max(1, Math.ceil(text.length / 4));

type Source = { data: string };

const isImage = (value: unknown): value is { type: "image"; source: Source } =>
  typeof value === "object" &&
  value !== null &&
  Reflect.get(value, "type") === "image" &&
  typeof Reflect.get(Object(Reflect.get(value, "source")), "data") === "string";

const withoutImages = (_key: string, value: unknown): unknown => (isImage(value) ? { type: "image" } : value);

/** Counts the tokens of a block's images, also of those in a tool's result. */
function imageTokensIn(value: unknown): number {
  if (isImage(value)) return imageTokens(value.source.data);
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum, part) => sum + imageTokensIn(part), 0);
}

export type InputUsage = {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
};

type Segment = { tokens: number; marked: boolean; earlier: boolean };

/** Returns the request's segments in the order in which the API caches them: tools, system, messages. */
function segmentsOf(request: PricedRequest): Segment[] {
  const lastAnswer = request.messages.findLastIndex((message) => message.role === "assistant");
  const part = (value: unknown, marked: boolean, earlier: boolean): Segment => ({
    tokens: tokensOf(JSON.stringify(value, withoutImages)) + imageTokensIn(value),
    marked,
    earlier,
  });
  const system =
    typeof request.system === "string" ? [{ type: "text" as const, text: request.system }] : (request.system ?? []);
  const head = [...(request.tools ?? []), ...system];
  return [
    ...head.map((entry) => part(entry, Boolean(entry.cache_control), lastAnswer >= 0)),
    ...request.messages.flatMap((message, index) =>
      blocksOf(message).map((block) =>
        part(block, "cache_control" in block && Boolean(block.cache_control), index < lastAnswer),
      ),
    ),
  ];
}

/**
 * Estimates the billed input tokens of a request. Stateless: everything before the last assistant message counts as a
 * cache read, since the previous request must have written it.
 */
export function inputUsage(request: PricedRequest): InputUsage {
  const segments = segmentsOf(request);
  const cachedUntil = request.cache_control ? segments.length : segments.findLastIndex((segment) => segment.marked) + 1;
  const sum = (list: Segment[]) => list.reduce((total, segment) => total + segment.tokens, 0);
  const cached = segments.slice(0, cachedUntil);
  return {
    input_tokens: Math.max(1, sum(segments.slice(cachedUntil))),
    cache_creation_input_tokens: sum(cached.filter((segment) => !segment.earlier)),
    cache_read_input_tokens: sum(cached.filter((segment) => segment.earlier)),
  };
}
