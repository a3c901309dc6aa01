import type { Config } from "../config/index.ts";
import { previewLabelOf } from "../contract/index.ts";

/** Returns the host of a project's app: an origin of its own, so that no two apps share cookies or storage. */
export const hostOf = (config: Config, projectId: string): string =>
  `${previewLabelOf(projectId)}.${config.previewDomain}`;

/** Returns the origin of a project's app. */
export const originOf = (config: Config, projectId: string): string =>
  `${config.isLocal ? "http" : "https"}://${hostOf(config, projectId)}`;
