import type { DataFaultCode } from "../../../worker/contract/data-rpc.ts";

/** A refused operation on an app's data. `detail` is a message for the app's owner. */
export class DataFault extends Error {
  override readonly name = "DataFault";
  readonly code: DataFaultCode;
  readonly detail: string;

  constructor(code: DataFaultCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}

/** Returns SQLite's message without the error code that the runtime appends. */
export const sentenceOf = (message: string): string =>
  message.replace(/(: SQLITE_[A-Z_]+)+$/, "").replace(/^Error: /, "");
