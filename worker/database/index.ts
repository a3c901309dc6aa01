export { BoundedCache } from "./bounded-cache.ts";
export {
  type Committed,
  commit,
  commitStatement,
  executeIdempotent,
  executeIdempotentBatch,
  type Statement,
} from "./commit.ts";
export { connect, type Database } from "./connect.ts";
export { toAppError } from "./errors.ts";
export { beyondKey, contains, createdWithin, inOrder } from "./filters.ts";
export { cursorOf, type PageRequest, pageFrom, pageRequest } from "./keyset.ts";
export { lockUser } from "./lock-user.ts";
export { envelopeBytes, readIntoBuffer } from "./read-into-buffer.ts";
export { ReusableBuffer } from "./reusable-buffer.ts";
