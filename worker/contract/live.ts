import { comment } from "./comments.ts";
import { revision } from "./files.ts";
import { idOf, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { after } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, z } from "./route.ts";
import { runEvent } from "./run-events.ts";
import { ticketQuery } from "./tickets.ts";

// The messages of a project's live feed, the WebSocket of `GET /v1/projects/{id}/live`.

const pos = z
  .int()
  .min(0)
  .openapi({ description: "The position in the project's log, which counts over all of its runs." });

/** A revision that no run created: a batch, a restore or an import by a person or a program. */
const revisionByOthers = z.object({
  type: z.literal("revision.created"),
  pos,
  at: timestamp,
  revision: z.int(),
  paths: z.array(z.string()),
  author: revision.shape.author,
});

const commentEvents = [
  z.object({ type: z.literal("comment.created"), pos, at: timestamp, comment }),
  z.object({
    type: z.literal("comment.deleted"),
    pos,
    at: timestamp,
    messageId: idOf("message"),
    commentId: idOf("comment"),
  }),
] as const;

const viewer = z.object({ kind: z.enum(["user", "token"]), id: z.string(), name: z.string() });
export type Viewer = z.infer<typeof viewer>;

/** Events of the log, in order. Each has a `pos`, and a viewer who resumes receives no event twice. */
export const liveEvent = z
  .union([z.intersection(runEvent, z.object({ pos })), revisionByOthers, ...commentEvents])
  .openapi("LiveEvent");
export type LiveEvent = z.infer<typeof liveEvent>;

/** Notices of the connection, which are not in the log. */
export const liveNotice = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("resumed"), after: pos, head: pos }),
    z.object({
      type: z.literal("presence"),
      count: z.int(),
      viewers: z.array(
        viewer.extend({
          connections: z.int(),
          files: z.array(z.string()).optional().openapi({
            description: "The paths of the files that the viewer has open; absent without an open file.",
          }),
        }),
      ),
    }),
    z.object({ type: z.literal("error"), code: z.string(), detail: z.string(), after: pos.optional() }),
    z.object({ type: z.literal("pong") }),
  ])
  .openapi("LiveNotice");
export type LiveNotice = z.infer<typeof liveNotice>;

export const liveFrame = z.union([liveNotice, liveEvent]).openapi("LiveFrame");
export type LiveFrame = z.infer<typeof liveFrame>;

/**
 * A viewer's message. `resume` without `after` subscribes to new events only. `viewing` names the file that the viewer
 * has open, for the others' `presence`.
 */
export const liveMessage = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("resume"), after: pos.optional() }),
    z.strictObject({ type: z.literal("ack"), pos }),
    z.strictObject({ type: z.literal("viewing"), path: z.string().min(1).max(255).nullable() }),
    z.strictObject({ type: z.literal("ping") }),
  ])
  .openapi("LiveMessage");
export type LiveMessage = z.infer<typeof liveMessage>;

/** The close codes of a live feed. After the first two the viewer can reconnect and resume without a loss. */
export const liveClose = { tooSlow: 4008, signInAgain: 4001, projectDeleted: 4004 } as const;

export const liveRoutes = lazily(() => ({
  watchProject: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/live",
    access: "runs:read",
    role: "viewer",
    limit: "read",
    takesTicket: true,
    tags: ["Runs"],
    summary: "The project's live feed, a WebSocket: the events of all runs, revisions by others, and the viewers",
    description: [
      "Send an upgrade to a WebSocket. A browser's cookie counts only with the app's own Origin; a token needs the scopes",
      "`projects:read` and `runs:read`. The server sends `LiveFrame`s, the viewer `LiveMessage`s.",
      'Send `{"type":"resume","after":pos}` first, or give `after` in the address, with the `pos` of the newest event you',
      "have, and you get the events that you missed and then the new ones, each once. A viewer who says nothing for two seconds",
      "gets what happens from its connection on. `resumed` says after which position the events that follow it begin: take",
      "those that follow the one you asked for.",
      'Send `{"type":"ack","pos":pos}` now and then (every 100 events, say), and the server waits for you when you are',
      "slow; a slow viewer who never does is cut with 4008. 4001 asks for a new connection after an hour.",
      "With `deltas=off` the runs' texts come whole alone (`*.done`), without the pieces they are written in.",
      '`{"type":"viewing","path":"src/app.ts"}` tells the other viewers which file is open, null that none is.',
      '`{"type":"ping"}`, exactly so, is answered with `{"type":"pong"}`.',
    ].join(" "),
    request: {
      params: projectPath,
      query: z.object({ after, deltas: z.enum(["on", "off"]).optional() }).extend(ticketQuery.shape),
    },
    responses: {
      101: {
        description: "The live feed: the server sends `LiveFrame`s and the client `LiveMessage`s, each as JSON text",
      },
      ...problems(400, 401, 403, 404, 422),
    },
  }),
}));
