import { ContentCache, contentKey } from "../tools/content-cache.ts";

type Source = { path: string; content: string };

/** Of the 128 MB that an isolate has for everything; compiled components have a few KB each. */
const MAX_BYTES = 6 * 2 ** 20;

const compiled = new ContentCache<unknown>(MAX_BYTES);

export type CachedCompiler<Output> = {
  /**
   * Everything that affects the output beside a source's path and content: the compiler's name, version and options.
   */
  key: unknown[];
  compile: (sources: Source[]) => Promise<Output[]>;
  /** Whether the output depends on nothing else, such as another file that the compiler read. */
  isWhole: (output: Output, source: Source) => boolean;
};

/** Compiles sources in one call, except those that the same compiler compiled before with the same options. */
export async function compileChanged<Output>(
  sources: Source[],
  { key, compile, isWhole }: CachedCompiler<Output>,
): Promise<Output[]> {
  const keys = await Promise.all(sources.map(({ path, content }) => contentKey([key, path, content])));
  const changed = sources.filter((_, index) => compiled.get(keys[index] ?? "") === undefined);
  const outputs = changed.length === 0 ? [] : await compile(changed);
  const fresh = new Map(changed.map((source, index) => [source, outputs[index]]));
  return sources.map((source, index) => {
    const output = fresh.get(source);
    if (output === undefined) return compiled.get(keys[index] ?? "") as Output;
    if (isWhole(output, source)) compiled.set(keys[index] ?? "", output, 2 * JSON.stringify(output).length);
    return output;
  });
}
