import pg from "pg";

/** A response other than 200 that the gateway itself decides on. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type ErrorBody = Record<string, string | null>;

/**
 * Returns the body of a 400 as Neon's proxy writes it: all fields, null where the database sent none. A failure that is
 * not the database's own error, such as a lost connection, has `code: ""`: its outcome is unknown.
 */
export function errorBody(error: Error): ErrorBody {
  const databaseError = error instanceof pg.DatabaseError ? error : undefined;
  return {
    message: error.message,
    code: databaseError?.code ?? "",
    detail: databaseError?.detail ?? null,
    hint: databaseError?.hint ?? null,
    position: databaseError?.position ?? null,
    internalPosition: databaseError?.internalPosition ?? null,
    internalQuery: databaseError?.internalQuery ?? null,
    severity: databaseError?.severity ?? null,
    where: databaseError?.where ?? null,
    table: databaseError?.table ?? null,
    column: databaseError?.column ?? null,
    schema: databaseError?.schema ?? null,
    dataType: databaseError?.dataType ?? null,
    constraint: databaseError?.constraint ?? null,
    file: databaseError?.file ?? null,
    line: databaseError?.line ?? null,
    routine: databaseError?.routine ?? null,
  };
}
