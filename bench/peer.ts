// Time to the first delta of a run, of Edgesmith and of a peer (Cloudflare's Agents SDK), measured alternately against
// the same scripted model. The peer runs on the same Miniflare and workerd as Edgesmith. It shows a delta before it
// stores it, and has no accounts, no database and no hop through Pages.
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { newProject } from "../test/stage/caller.ts";
import { median, ms, percentile, ratio } from "./figures.ts";
import { prompt, restMs, toEdgesmith, toModel } from "./runs/first-delta.ts";
import { Chat, type Conversation, sendPrompt } from "./runs/peer/chat.ts";
import { installPeer } from "./runs/peer/install.ts";
import { openPeer } from "./runs/peer/open.ts";
import { openStage, type Stage } from "./runs/stage.ts";

const warmUp = 10;
const rounds = 100;
/** The number of rounds after which every conversation restarts, so that all have the same length in each round. */
const roundsOfConversation = 10;

/** A measured client: `measure` returns the milliseconds from the request to the first delta. */
type Contender = { what: string; measure(): Promise<number>; beginAgain(): Promise<void>; times: number[] };

/** `npm run bench peer`: takes about a minute and a half. */
export async function benchPeer(): Promise<void> {
  installPeer();
  const stage = await openStage();
  try {
    const model = stage.stack.model;
    if (model === undefined) throw new Error("This benchmark needs the scripted model.");
    const peer = await openPeer(model.url);
    try {
      await compare(stage, [await openSocketContender(peer.port), freshSocketContender(peer.port)]);
    } finally {
      await peer.close();
    }
  } finally {
    await stage.close();
  }
}

/**
 * Measures each of the peer's clients in separate rounds: sharing rounds would keep the peer's code warmer than
 * Edgesmith's.
 */
async function compare(stage: Stage, peers: Contender[]): Promise<void> {
  console.log(`Load of the machine before: ${loadavg()[0]?.toFixed(1)}.\n`);
  console.log(
    "| what | first delta, p50 / p95 | more than the model, p50 / p95 | Edgesmith's more ÷ its more, p50 / p95 |",
  );
  console.log("| --- | ---: | ---: | ---: |");
  for (const peer of peers) {
    const direct = contender("the model, called directly", () => toModel(stage));
    const edgesmith = edgesmithContender(stage);
    await alternate([direct, edgesmith, peer]);
    for (const row of rowsOf(direct, edgesmith, peer)) console.log(`| ${row.join(" | ")} |`);
  }
  console.log(`\nLoad of the machine after: ${loadavg()[0]?.toFixed(1)}.`);
}

const contender = (
  what: string,
  measure: Contender["measure"],
  beginAgain: Contender["beginAgain"] = () => Promise.resolve(),
): Contender => ({ what, measure, beginAgain, times: [] });

/** Begins again with a new project. */
function edgesmithContender(stage: Stage): Contender {
  let projectId = "";
  return contender(
    "Edgesmith, a new run",
    () => toEdgesmith(stage, projectId),
    async () => {
      projectId = await newProject(stage.caller);
    },
  );
}

/** The comparable client: its socket is open, like the connection through which a run is started. */
async function openSocketContender(port: number): Promise<Contender> {
  const chat = new Chat(port, "kept");
  const socket = await chat.join();
  let earlier: Conversation = [];
  return contender(
    "the peer, a new message through an open socket",
    async () => {
      const from = performance.now();
      const first = await sendPrompt(socket, earlier, prompt);
      earlier = await chat.messages();
      return first - from;
    },
    async () => {
      await chat.clear(socket);
      earlier = [];
    },
  );
}

/** The same with a new socket for each message, and a separate conversation without other subscribers. */
function freshSocketContender(port: number): Contender {
  const chat = new Chat(port, "fresh");
  let earlier: Conversation = [];
  return contender(
    "the peer, a new message and its socket",
    async () => {
      const from = performance.now();
      const socket = await chat.open();
      const first = await sendPrompt(socket, earlier, prompt);
      socket.close();
      earlier = await chat.messages();
      return first - from;
    },
    async () => {
      const socket = await chat.open();
      await chat.clear(socket);
      socket.close();
      earlier = [];
    },
  );
}

/**
 * Measures all contenders in every round, in alternating order, so that none always runs after the same contender. The
 * first message of each conversation is not measured: a new project is cold.
 */
async function alternate(contenders: Contender[]): Promise<void> {
  for (let round = -warmUp; round < rounds; round += 1) {
    if (round % roundsOfConversation === 0) {
      for (const { beginAgain, measure } of contenders) {
        await beginAgain();
        await measure();
      }
    }
    for (const { measure, times } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      await pause(restMs);
      const time = await measure();
      if (round >= 0) times.push(time);
    }
  }
}

type Figures = [p50: number, p95: number];

function rowsOf(direct: Contender, edgesmith: Contender, peer: Contender): string[][] {
  const [model, ours, theirs] = [figuresOf(direct), figuresOf(edgesmith), figuresOf(peer)];
  const [ourMore, theirMore] = [eachOf(ours, model, subtract), eachOf(theirs, model, subtract)];
  return [
    [direct.what, both(model, ms), "", ""],
    [edgesmith.what, both(ours, ms), both(ourMore, ms), ""],
    [peer.what, both(theirs, ms), both(theirMore, ms), both(eachOf(ourMore, theirMore, divide), ratio)],
  ];
}

const figuresOf = ({ times }: Contender): Figures => [median(times), percentile(times, 95)];
const both = ([p50, p95]: Figures, format: (value: number) => string): string => `${format(p50)} / ${format(p95)}`;

const eachOf = (one: Figures, other: Figures, of: (one: number, other: number) => number): Figures => [
  of(one[0], other[0]),
  of(one[1], other[1]),
];

const subtract = (one: number, other: number): number => one - other;
const divide = (one: number, other: number): number => one / other;
