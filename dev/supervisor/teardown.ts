/** Collects the undo steps of a start and runs them once, in reverse order. Runs every step even when one fails. */
export function createTeardown() {
  const steps: (() => unknown)[] = [];
  let running: Promise<void> | undefined;

  async function runAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "not everything could be stopped");
  }

  return {
    add: (step: () => unknown) => void steps.push(step),
    run: () => (running ??= runAll()),
  };
}
export type Teardown = ReturnType<typeof createTeardown>;
