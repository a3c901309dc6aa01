import { resolve } from "node:path";
import type { UserConfig } from "vite";

export const shared: UserConfig = {
  resolve: { alias: { "@shared": resolve(__dirname, "../apps/shared") } },
};
