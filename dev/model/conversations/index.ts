import type { Conversation } from "../turn.ts";
import { anythingElse } from "./anything-else.ts";
import { todo } from "./todo.ts";

/** The first that matches is played: the specific before the general. */
export const worked: Conversation[] = [todo];

export const conversations: Conversation[] = [
  ...worked,
  anythingElse(worked.map((conversation) => conversation.example)),
];
