import type { DataFaultCode } from "../../../worker/contract/preview-rpc.ts";

/** A refused operation on an app's data. `detail` is a sentence for the app's owner. */
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

/** Returns SQLite's sentence without the code that the runtime adds to it. */
export const sentenceOf = (message: string): string =>
  message.replace(/(: SQLITE_[A-Z_]+)+$/, "").replace(/^Error: /, "");
