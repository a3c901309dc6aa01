import type { TestProject } from "vitest/node";
import { startScriptedModel } from "../../../dev/model/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    modelUrl: string;
  }
}

/** A global set-up: the scripted Messages API, in Node, for tests that run in workerd. */
export async function setup({ provide }: TestProject) {
  const model = await startScriptedModel();
  provide("modelUrl", model.url);
  return () => model.close();
}
