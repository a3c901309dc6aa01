import type { Config } from "../config/index.ts";
import { publicLabelOf } from "../contract/index.ts";

/**
 * Returns the public URL of a project's app, an origin of its own: by the name that its owner chose, or otherwise by its
 * id, which never changes.
 */
export const publicUrlOf = (config: Config, { id, name }: { id: string; name: string | null }): string => {
  const host = name === null ? `${publicLabelOf(id)}.${config.previewDomain}` : `${name}.${config.publishedDomain}`;
  return `${config.isLocal ? "http" : "https"}://${host}`;
};
