export { BoundedCache } from "./bounded-cache.ts";
export {
  type Commit,
  type Committed,
  commit,
  commitStatement,
  executeIdempotent,
  executeIdempotentBatch,
  type Statement,
} from "./commit.ts";
export { connect, type Database, type DatabaseConfig } from "./connect.ts";
export { databaseErrorOf, toAppError } from "./errors.ts";
export { beyondKey, contains, createdWithin, inOrder } from "./filters.ts";
export { cursorOf, type PageRequest, pageFrom, pageRequest } from "./keyset.ts";
export { lockUser } from "./lock-user.ts";
export { envelopeBytes, readIntoBuffer } from "./read-into-buffer.ts";
export { ReusableBuffer } from "./reusable-buffer.ts";
