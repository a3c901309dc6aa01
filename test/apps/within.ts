/**
 * Waits for something no longer than it may take.
 * @returns what it came to, or null where it took longer; its later failure is then nobody's
 * @throws whatever the work throws in time
 */
export async function within<T>(work: Promise<T>, deadlineMs: number): Promise<T | null> {
  work.catch(() => undefined); // What is given up fails when its runtime is stopped, and then nobody waits for it.
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
