import type { Context } from "hono";
import { AppError } from "../../errors.ts";
import { getProject, projectEtag } from "../../projects/index.ts";
import type { AppEnv } from "../environment.ts";
import { requestContext } from "../middleware/request-context.ts";

/** An entity tag (RFC 9110, 8.8.3); it may contain a comma. */
const tag = String.raw`(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const tags = new RegExp(tag, "g");
const listOfTags = new RegExp(String.raw`^[\s,]*${tag}(?:\s*,[\s,]*${tag})*[\s,]*$`);

/**
 * Sets the ETag and Cache-Control headers.
 * @returns whether the caller already has this state, so that the response is a 304
 */
export function isFresh(c: Context<AppEnv>, etag: string, cacheControl = "private, no-cache"): boolean {
  c.header("ETag", etag);
  c.header("Cache-Control", cacheControl);
  const ifNoneMatch = c.req.header("if-none-match")?.trim();
  if (ifNoneMatch === undefined) return false;
  return (
    ifNoneMatch === "*" || (ifNoneMatch.match(tags) ?? []).some((candidate) => candidate.replace(/^W\//, "") === etag)
  );
}

/**
 * Resolves If-Match to the one project state that a write requires. Of several tags it is the project's current one, if
 * listed; the write still verifies it. `*` only requires the project to exist, which every write does.
 * @returns the required ETag; null without a precondition
 * @throws AppError `malformed_request`; `not_found` when there are several tags and no project
 */
export async function resolveIfMatch(c: Context<AppEnv>, projectId: string): Promise<string | null> {
  const header = c.req.header("if-match")?.trim();
  if (header === undefined || header === "*") return null;
  if (!listOfTags.test(header)) {
    throw new AppError("malformed_request", 'If-Match takes ETags in double quotes, such as "3-1764245696789", or *.');
  }
  const named: string[] = header.match(tags) ?? [];
  const [first = ""] = named;
  if (named.length === 1) return first;
  const now = projectEtag(await getProject(requestContext(c), projectId));
  return named.includes(now) ? now : first;
}
