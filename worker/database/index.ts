export { type Commit, type Committed, commit, commitAlone, read, readBatch, type Statement } from "./commit.ts";
export { connect, type Database, type DatabaseConfig } from "./connect.ts";
export { databaseErrorOf, translate } from "./errors.ts";
export { beyondKey, contains, createdWithin, inOrder } from "./filters.ts";
export { cursorOf, type PageRequest, pageFrom, pageRequest } from "./keyset.ts";
export { envelopeBytes, type Memory, readInto } from "./read-into.ts";
export { Remembered } from "./remembered.ts";
