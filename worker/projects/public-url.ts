import type { Config } from "../config/index.ts";
import { publicLabelOf } from "../contract/index.ts";

/** Where a project's app is public once it is published: an origin of its own, which stays the same. */
export const publicUrlOf = (config: Config, projectId: string): string =>
  `${config.isLocal ? "http" : "https"}://${publicLabelOf(projectId)}.${config.previewDomain}`;
