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
