import type { Context } from "../accounts/index.ts";
import type { SearchResult } from "../contract/index.ts";
import { AppError } from "../errors.ts";
import { listFiles, readSources } from "../projects/index.ts";
import { matcherOf } from "./tools/search-pattern.ts";
import { searchTexts, type Text } from "./tools/search-texts.ts";

const maxHits = 200;

async function* textsOf(files: readonly { path: string; encoding: string; content: string }[]): AsyncGenerator<Text> {
  for (const file of files) if (file.encoding === "utf-8") yield file;
}

/**
 * Searches the text files of a project's head, line by line and in linear time.
 * @param q a text, matched in any case, or a regular expression
 * @throws AppError `not_found`; `invalid_request` for an unsupported regular expression
 */
export async function searchProject(
  context: Context,
  { projectId, q, regex }: { projectId: string; q: string; regex: boolean },
): Promise<SearchResult> {
  const matcher = matcherOf(q, regex);
  if ("fault" in matcher) {
    const detail = `The regular expression can't be used: ${matcher.fault}`;
    throw new AppError("invalid_request", detail, {
      errors: [{ pointer: "?q", code: "invalid_request", detail }],
    });
  }
  const { revision } = await listFiles(context, { projectId });
  const { files } = await readSources(context.database, projectId, revision);
  const { hits, stopped } = await searchTexts(textsOf(files), matcher, maxHits);
  return { revision, data: hits, truncated: stopped !== null };
}
