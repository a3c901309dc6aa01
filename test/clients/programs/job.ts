// The job that each program does with its generated client: create a project, write a file, complete a run, and receive
// a refusal.

const given = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

export const baseUrl = given("EDGESMITH_URL");
export const token = given("EDGESMITH_TOKEN");
export const headers = { Authorization: `Bearer ${token}` };
export const prompt = '```script\n[{"text":"Hello."}]\n```';

/**
 * Polls a run until it has ended.
 * @returns the ended run
 */
export async function until<R extends { status: string }>(ask: () => Promise<R>): Promise<R> {
  for (let n = 0; n < 300; n += 1) {
    const run = await ask();
    if (["completed", "failed", "cancelled"].includes(run.status)) return run;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the run does not end");
}

type Outcome = { status: string; runs: number; files: string[]; code: string | undefined };

/** Throws unless the main job had the expected outcome. */
export function expectJob(outcome: Outcome): void {
  const expected: Outcome = { status: "completed", runs: 1, files: ["a.txt"], code: "not_found" };
  if (JSON.stringify(outcome) !== JSON.stringify(expected))
    throw new Error(`not as it must: ${JSON.stringify(outcome)}`);
  console.log("the main job is done");
}
