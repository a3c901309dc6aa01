import type { Schema } from "./open-api-schemas.ts";

// What fields and parameters mean that say nothing themselves: one sentence for a name wherever it stands, and one for a
// name of a certain schema where it means something else there.

const words: Record<string, string> = {
  action: "What happened to the file.",
  after: "The content since, as SHA-256; null where the file is gone.",
  agent: "The name of an agent, such as `fullstack`.",
  at: "When it happened.",
  attempts: "How often it has been tried.",
  author: "Who made it.",
  before: "The content before, as SHA-256; null where there was no file.",
  binary: "Whether a side of it is no text.",
  budget: "How much may be used.",
  bytes: "The size of the content in bytes.",
  candidates: "The agents that came into question, the best first.",
  changed: "Whether anything is other than before.",
  changes: "The changes, by path.",
  closed: "Whether the run has ended and no event is left to read.",
  code: "What it is, for a program.",
  column: "The column, from 1.",
  confidence: "How sure the choice is, from 0 to 1.",
  configured: "Whether a model is set up.",
  content: "The content, as text or as base64 by `encoding`.",
  count: "How many there are.",
  created: "How many files were created.",
  createdAt: "When it was created.",
  currentPassword: "The password until now.",
  data: "The items of the answer, in the list's order.",
  deleted: "How many files were deleted.",
  dependencies: "What the service needs, and how it is.",
  description: "What it is for.",
  detail: "What it is, in a sentence.",
  diagnostics: "What the compiler found.",
  email: "The e-mail address.",
  emailVerified: "Whether the e-mail address is verified.",
  enabled: "Whether events are sent.",
  encoding: "How `content` is written: `utf-8` for text, `base64` for bytes.",
  endedAt: "When it ended.",
  error: "What went wrong, if anything did.",
  events: "The types of events.",
  examples: "Prompts that it is meant for.",
  expectedRevision: "The revision that the batch was made against; the head if omitted.",
  expectedSha256: "The content that the file must have, as SHA-256.",
  expiresAt: "Until when it is valid; null for ever.",
  fileBytes: "The most bytes that a file may have.",
  filesPerProject: "The most files that a project may have.",
  from: "Where it begins.",
  groupBy: "What the report adds up by.",
  id: "The id.",
  images: "Images that go with the prompt.",
  input: "What the tool was called with.",
  isError: "Whether the tool failed.",
  json: "A piece of the tool's input as JSON text.",
  keywords: "Words by which prompts are routed to it.",
  kind: "Of which kind it is.",
  language: "The language of the file, such as `typescript`.",
  last4: "The last four characters, to tell one from another.",
  lastAttemptAt: "When it was last tried.",
  lastSeq: "The number of the run's newest event.",
  lastUsedAt: "When it was last used, to the minute; null for never.",
  latencyMs: "How long it took to answer, in milliseconds.",
  level: "How grave it is.",
  limit: "How many items a page has at most.",
  line: "The line, from 1.",
  message: "What it says.",
  method: "How the choice was made.",
  mode: "What the agent may do: build, plan without writing, or answer.",
  model: "The model, or its tier.",
  moved: "How many files were moved.",
  name: "The name.",
  newPassword: "The password from now on, of at least eight characters.",
  nextAfter: "`after` of the next page.",
  nextAttemptAt: "When it is tried again; null for not any more.",
  notice: "What people should know of the model; null for nothing.",
  ok: "Whether it succeeded.",
  onConflict: "What to do where a path changed since: refuse (`fail`, the default) or merge three ways first.",
  onDisconnect: "Whether the run goes on when its stream is closed.",
  operations: "What to do; each path may occur once.",
  options: "Answers to choose from.",
  password: "A password of at least eight characters.",
  path: "The path of a file, such as `src/app.ts`.",
  paths: "The paths of the files that changed.",
  plan: "The account's plan.",
  prefix: "The first characters, to tell one from another.",
  projectBytes: "The most bytes that a project may have.",
  projectId: "The id of a project.",
  prompt: "What the agent is asked to do.",
  question: "What the agent asks.",
  readsPerMinute: "How many reads are allowed a minute.",
  reason: "Why.",
  redirect: "Whether the browser should go there.",
  required: "Whether the service cannot do without it.",
  responseStatus: "The HTTP status of the receiver's answer; null for none.",
  result: "What the tool gave.",
  revision: "The number of a revision.",
  role: "Who said it.",
  routing: "Which agent was chosen, and why.",
  runId: "The id of a run.",
  runsPerMinute: "How many runs may be started a minute.",
  scopes: "What the token may do.",
  score: "How well it fits; comparable within one list.",
  scripted: "Whether the scripted stand-in answers in the place of a model.",
  secret: "The signing secret. It is shown this once.",
  seq: "The event's number within its run, from 1 and without a gap.",
  severity: "Whether it is an error or a warning.",
  sha256: "SHA-256 of the content, in hex.",
  signIn: "Which ways to sign in there are.",
  since: "From when.",
  source: "Where it comes from.",
  stack: "The call stack.",
  startedAt: "When it began.",
  state: "How it is.",
  stats: "How many files changed in which way.",
  status: "In which state it is.",
  step: "The number of the agent's step, from 1.",
  steps: "The most steps.",
  success: "Whether it succeeded.",
  text: "The text.",
  title: "What people call it.",
  to: "Where it ends.",
  token: "The token. It is shown this once.",
  tokens: "The most tokens.",
  tools: "The tools that it may use.",
  toolUseId: "The id of the tool's call.",
  type: "Of which type it is.",
  until: "Until when.",
  updated: "How many files were updated.",
  updatedAt: "When it last changed.",
  upToDate: "Whether there is no newer event at this moment.",
  url: "An address.",
  usage: "What was used.",
  user: "Who is signed in.",
  version: "The version.",
  viewers: "Who is watching.",
  writesPerMinute: "How many other writes are allowed a minute.",
  hasMore: "Whether there is another page.",
  nextCursor: "`cursor` of the next page; null for none.",
  inputTokens: "Tokens that the model read.",
  outputTokens: "Tokens that the model wrote.",
  cacheReadTokens: "Tokens that the model's cache gave.",
  cacheWriteTokens: "Tokens that went into the model's cache.",
  microUsd: "Millionths of a dollar.",
  dailyMicroUsd: "The budget of a day (UTC) in millionths of a dollar.",
  disabledReason: "Why it is disabled; null while it is not.",
  fromSeq: "What the step said from this event on does not count: it is said anew.",
  mediaType: "The image's media type.",
  webhookId: "The id of a webhook.",
  actor: "Who did it.",
  build: "How the build went.",
  callbackURL: "Where the browser goes afterwards, within the app.",
  connections: "How many connections the viewer has.",
  expiresInDays: "After how many days it expires; never if omitted.",
  limits: "What the account's plan allows.",
  openapi: "The version of OpenAPI.",
  overlapSeconds: "For how many seconds the one until now stays valid beside the new one; 0 if omitted.",
  provider: "Who vouches for the person.",
  revokeOtherSessions: "Whether every other session ends.",
  session: "The session.",
  spentMicroUsd: "What the day has cost so far, in millionths of a dollar.",
  template: "The files that the project begins with; none if omitted.",
  todayInputTokens: "Tokens that the models read today (UTC).",
  todayMicroUsd: "What today (UTC) has cost so far, in millionths of a dollar.",
  todayOutputTokens: "Tokens that the models wrote today (UTC).",
};

const wordsIn: Record<string, Record<string, string>> = {
  BatchOperationsItemMove: { path: "The path until now.", to: "The path from now on." },
  Batch: { message: "What the batch does; it stands in the history." },
  Message: { content: "What was said, and the tools that were used." },
  Revision: { message: "What it does, in a sentence.", number: "The revision's number, from 1." },
  RunBudget: { microUsd: "The most that the run may cost, in millionths of a dollar." },
  LiveNoticeResumed: { after: "The position that the events which follow come after." },
  LiveNoticeError: { after: "The position at which it went wrong." },
  LiveMessageResume: { after: "The position of the newest event that the viewer has; from now on if omitted." },
};

const parameterWords: Record<string, string> = {
  after: "Only what comes after this position; 0 for the beginning.",
  code: "The code of a problem.",
  deltas: "`off` leaves out the pieces in which texts are written.",
  groupBy: "What to add up by.",
  limit: "How many items to answer with at most.",
  n: "The number of a revision.",
  name: "A name.",
  path: "The path of a file, with its slashes as they are.",
  revision: "The number of a revision; the head if omitted.",
  sha256: "SHA-256 of a content, in hex.",
};

type Parameter = { name?: string; description?: string; schema?: Schema };

/** A parameter with a description. */
export function withParameterWords<P>(parameter: P): P {
  const { name = "", description, schema }: Parameter = Object(parameter);
  const known = description ?? schema?.description ?? parameterWords[name];
  return known === undefined ? parameter : { ...parameter, description: known };
}

/** A schema with a description of every property that has a name known here and says nothing itself. */
export function withWords(schema: Schema, name: string): Schema {
  const described: Schema = { ...schema };
  if (schema.properties) {
    described.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, value]) => [key, property(withWords(value, name), key, name)]),
    );
  }
  if (schema.items) described.items = withWords(schema.items, name);
  for (const key of ["oneOf", "anyOf", "allOf"] as const) {
    const members = schema[key];
    if (members) described[key] = members.map((member) => withWords(member, name));
  }
  return described;
}

function property(schema: Schema, key: string, name: string): Schema {
  const known = wordsIn[name]?.[key] ?? (Object.hasOwn(words, key) ? words[key] : undefined);
  // What refers to a component has the component's own description.
  if (known === undefined || schema.description !== undefined || schema.$ref !== undefined) return schema;
  return { ...schema, description: known };
}
