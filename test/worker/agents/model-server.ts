import type { TestProject } from "vitest/node";
import { startScriptedModel } from "../../../dev/model/index.ts";
import { startOddServer } from "./odd-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    modelUrl: string;
    oddUrl: string;
  }
}

/** Global set-up: starts the scripted Messages API and the odd one, in Node, for tests that run in workerd. */
export async function setup({ provide }: TestProject) {
  const model = await startScriptedModel();
  const odd = await startOddServer();
  provide("modelUrl", model.url);
  provide("oddUrl", odd.url);
  return async () => {
    await odd.close();
    await model.close();
  };
}
