import { z } from "./route.ts";

export const isStorable = (value: string): boolean => !value.includes("\0") && value.isWellFormed();

/** Text that PostgreSQL can hold: without NUL and without a lone surrogate. A file's content has a code of its own. */
export const text = () =>
  z.string().refine(isStorable, {
    message: "A NUL character or a lone surrogate cannot be stored.",
    params: { code: "invalid_text" },
  });
