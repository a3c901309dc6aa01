import type { Page } from "../../contract/index.ts";
import type { PageRequest } from "../../database/index.ts";

const rowsAtOnce = 100;

/** Iterates over all rows of a list, reading page by page on demand. */
export async function* everyRow<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  keyOf: (row: T) => string,
): AsyncGenerator<T> {
  for (let after: string | null = null; ; ) {
    const { data, pagination }: Page<T> = await list({ limit: rowsAtOnce, after });
    yield* data;
    const last = data.at(-1);
    if (!pagination.hasMore || last === undefined) return;
    after = keyOf(last);
  }
}
