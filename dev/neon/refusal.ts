import pg from "pg";

/** An answer other than 200 that the gateway itself decides on. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type ErrorBody = Record<string, string | null>;

/**
 * The JSON of a 400, as Neon's proxy writes it: every field there is, null where the database gave none. A failure that
 * is not the database's own word (its connection was lost, say) has `code: ""`: the outcome is unknown.
 */
export function errorBody(error: Error): ErrorBody {
  const given = error instanceof pg.DatabaseError ? error : undefined;
  return {
    message: error.message,
    code: given?.code ?? "",
    detail: given?.detail ?? null,
    hint: given?.hint ?? null,
    position: given?.position ?? null,
    internalPosition: given?.internalPosition ?? null,
    internalQuery: given?.internalQuery ?? null,
    severity: given?.severity ?? null,
    where: given?.where ?? null,
    table: given?.table ?? null,
    column: given?.column ?? null,
    schema: given?.schema ?? null,
    dataType: given?.dataType ?? null,
    constraint: given?.constraint ?? null,
    file: given?.file ?? null,
    line: given?.line ?? null,
    routine: given?.routine ?? null,
  };
}
