import { ulid } from "ulid";
import { type IdKind, idPrefixes } from "./ids.ts";

/** A fresh id: its kind's prefix and a lower-case ULID, so ids of one kind sort by the time they were made. */
export const newId = (kind: IdKind, at: number = Date.now()): string => `${idPrefixes[kind]}_${ulid(at).toLowerCase()}`;
