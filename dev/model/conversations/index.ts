import type { Conversation } from "../turn.ts";
import { assistant } from "./assistant.ts";
import { changeTodo } from "./change-todo.ts";
import { chat } from "./chat.ts";
import { colourScheme } from "./colour-scheme.ts";
import { counter } from "./counter.ts";
import { darkMode } from "./dark-mode.ts";
import { dashboard } from "./dashboard.ts";
import { deleteUnused } from "./delete-unused.ts";
import { explain } from "./explain.ts";
import { fallback } from "./fallback.ts";
import { fixBug } from "./fix-bug.ts";
import { game } from "./game.ts";
import { guestbook } from "./guestbook.ts";
import { landingPage } from "./landing-page.ts";
import { lookAtPage } from "./look-at-page.ts";
import { moveFile } from "./move-file.ts";
import { newsletter } from "./newsletter.ts";
import { photoWall } from "./photo-wall.ts";
import { plan } from "./plan.ts";
import { reactApp } from "./react-app.ts";
import { shop } from "./shop.ts";
import { todo } from "./todo.ts";
import { weather } from "./weather.ts";

const reading = [plan, explain];
const changing = [lookAtPage, fixBug, moveFile, deleteUnused, darkMode, colourScheme, changeTodo];
const connected = [shop, weather, photoWall, assistant, newsletter, chat];
const building = [reactApp, todo, guestbook, dashboard, counter, game, landingPage, ...connected];

/**
 * In order of precedence, since the first match is played: conversations that only read, then those that change files,
 * then those that build an app.
 */
export const worked: Conversation[] = [...reading, ...changing, ...building];

export const conversations: Conversation[] = [...worked, fallback(worked.map((conversation) => conversation.example))];
