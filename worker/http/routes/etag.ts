import type { Context } from "hono";
import { AppError } from "../../errors.ts";
import { getProject, projectEtag } from "../../projects/index.ts";
import type { AppEnv } from "../environment.ts";
import { requestContext } from "../middleware/request-context.ts";

/** An entity tag (RFC 9110, 8.8.3), which may hold a comma. */
const tag = String.raw`(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const tags = new RegExp(tag, "g");
const listOfTags = new RegExp(String.raw`^[\s,]*${tag}(?:\s*,[\s,]*${tag})*[\s,]*$`);

/** Sets the ETag, and tells whether the caller has this very state already (so that 304 is the answer). */
export function isFresh(c: Context<AppEnv>, etag: string, cacheControl = "private, no-cache"): boolean {
  c.header("ETag", etag);
  c.header("Cache-Control", cacheControl);
  const known = c.req.header("if-none-match")?.trim();
  if (known === undefined) return false;
  return known === "*" || (known.match(tags) ?? []).some((one) => one.replace(/^W\//, "") === etag);
}

/**
 * The state of a project that a write names as its precondition. Of several it is the project's present one, if that is
 * among them: the write still sees to it that it holds. `*` asks only that the project is there, which every write does.
 * @throws AppError `malformed_request`; `not_found` where there are several and no project
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
