import type { Config } from "../config/index.ts";
import { publicLabelOf } from "../contract/index.ts";

/** Returns the public URL of a project's app, an origin of its own that never changes. */
export const publicUrlOf = (config: Config, projectId: string): string =>
  `${config.isLocal ? "http" : "https"}://${publicLabelOf(projectId)}.${config.previewDomain}`;
