import "./workerd-streams.ts";
import type { Context } from "../../worker/accounts/index.ts";
import { isAppError } from "../../worker/errors.ts";
import { applyBatch, createProject } from "../../worker/projects/index.ts";
import { configOf, startStage } from "../worker/webhooks/stage.ts";

type BatchInput = Parameters<typeof applyBatch>[1]["input"];

/** The projects module on a real database, without the Worker, because a property calls it thousands of times. */
export async function openStage() {
  const stage = await startStage();
  const ownerId = await stage.newOwner();
  const context: Context = {
    config: configOf(),
    database: stage.database,
    actor: { kind: "user", ownerId, plan: "enterprise", name: "Ada", email: `${ownerId}@example.com`, sessionId: "" },
  };
  return {
    context,
    newProject: async () => (await createProject(context, { name: "Property" })).id,
    apply: (projectId: string, input: BatchInput) =>
      applyBatch(context, { projectId, opId: `op_${crypto.randomUUID()}`, input }),
    stop: stage.stop,
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Returns how many cases a property tries: PROPERTY_RUNS multiplies the default. */
export const runsOf = (usual: number): number =>
  Math.max(1, Math.round(usual * Number(process.env.PROPERTY_RUNS ?? 1)));

/** Returns the code with which a call is refused; null when it succeeds. Rethrows other errors. */
export async function codeOf(call: () => unknown): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (isAppError(error)) return error.code;
    throw error;
  }
}
