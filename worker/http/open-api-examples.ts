// One example of a request's body for each operation that takes JSON; a test holds that each is valid.

const file = { path: "index.html", content: "<h1>Hello</h1>" };
const prompt = "Build a todo list that remembers its items";

export const requestExamples: Record<string, unknown> = {
  answerRun: { text: "Blue" },
  applyBatch: { expectedRevision: 3, message: "A page", operations: [{ op: "write", ...file }] },
  cancelRun: {},
  changePassword: { currentPassword: "correct horse", newPassword: "battery staple" },
  createProject: { name: "Todo", description: "A list that remembers", template: "fullstack" },
  createTicket: { kind: "stream", runId: "run_01k9zs4t6m8q3w5x7y9abcdefg" },
  createToken: { name: "CI", scopes: ["projects:read", "runs:write"], expiresInDays: 90 },
  createTrigger: { kind: "github", prompt: "Fix {{issue.title}}", events: ["issues.opened"] },
  createWebhook: { url: "https://example.com/hooks/edgesmith", events: ["run.completed", "run.failed"] },
  forkProject: { name: "Todo, second try" },
  publishProject: { revision: 3 },
  putAgent: { content: "---\nname: helper\ndescription: Answers questions.\n---\nYou answer briefly." },
  receiveDelivery: { action: "opened", issue: { title: "It does not start" } },
  receiveStripe: { id: "evt_1", type: "customer.subscription.updated", data: { object: { id: "sub_1" } } },
  recoverWebhook: { since: "2026-11-23T00:00:00Z" },
  requestPasswordReset: { email: "ada@example.com" },
  resetPassword: { token: "0d1f…", newPassword: "battery staple" },
  restoreRevision: {},
  rotateToken: { overlapSeconds: 3600 },
  rotateWebhookSecret: { overlapSeconds: 3600 },
  routePrompt: { prompt },
  signIn: { email: "ada@example.com", password: "correct horse" },
  signInWithGitHub: { provider: "github", callbackURL: "/" },
  signUp: { name: "Ada", email: "ada@example.com", password: "correct horse" },
  startPreview: { revision: 3 },
  startRun: { prompt, mode: "build", budget: { steps: 40 } },
  startRunStream: { prompt, mode: "build", budget: { steps: 40 } },
  updateMe: { name: "Ada", budget: { dailyMicroUsd: 5_000_000 } },
  updateProject: { name: "Todo list" },
  updateWebhook: { events: ["run.completed"], enabled: true },
};
