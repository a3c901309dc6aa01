import { blocksOf, type PricedRequest } from "./wire.ts";

/** Four characters to a token: coarse, but it grows as the real count does. */
const tokensOf = (text: string): number => Math.max(1, Math.ceil(text.length / 4));

export type InputUsage = {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
};

type Segment = { tokens: number; marked: boolean; earlier: boolean };

/** The request in the order in which the API caches it: tools, system, messages. */
function segmentsOf(request: PricedRequest): Segment[] {
  const lastAnswer = request.messages.findLastIndex((message) => message.role === "assistant");
  const part = (value: unknown, marked: boolean, earlier: boolean): Segment => ({
    tokens: tokensOf(JSON.stringify(value)),
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
 * Estimates what a request would be billed for. Nothing is remembered between requests: what stood before the last
 * answer counts as read from the cache, since the request before this one must have written it.
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
