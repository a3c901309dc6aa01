import { crc32 } from "node:zlib";
import type { Access, LimitClass, RoutesRole, Scope } from "../../../worker/contract/index.ts";
import * as contract from "../../../worker/contract/index.ts";

/** A route of the contract with its name. */
export type KnownRoute = {
  name: string;
  method: string;
  path: string;
  access: Access;
  alsoNeeds?: Scope | undefined;
  role?: RoutesRole | undefined;
  limit: LimitClass;
  responses: object;
};

const isRoute = (value: unknown): value is Omit<KnownRoute, "name"> =>
  typeof value === "object" &&
  value !== null &&
  "access" in value &&
  "path" in value &&
  "method" in value &&
  "responses" in value;

/** Every route object that the contract exports. */
export const routes: KnownRoute[] = Object.entries(contract)
  .filter(([name]) => name.endsWith("Routes"))
  .flatMap(([, group]) => Object.entries(group))
  .flatMap(([name, route]) => (isRoute(route) ? [{ ...route, name, method: route.method.toUpperCase() }] : []));

/** The ids of one account's resources, for paths. */
export type Things = {
  project: string;
  run: string;
  token: string;
  webhook: string;
  delivery: string;
  trigger: string;
  grant: string;
  invitation: string;
  session: string;
};

/** The ids of missing resources. */
export const absent: Things = {
  project: "prj_0",
  run: "run_0",
  token: "tok_0",
  webhook: "whk_0",
  delivery: "dlv_0",
  trigger: "trg_0",
  grant: "grt_0",
  invitation: "inv_0",
  session: "ses_0",
};

const file = "a.txt";

/** A token of no invitation. */
const noToken = `esi_${"0".repeat(43)}`;

/**
 * `type` is the media type of a body that is not JSON; `owner` is the expected code for the owner when the test's
 * resources do not suffice.
 */
type Told = { path: (things: Things) => string; body?: unknown; type?: string; owner?: string };

const project =
  (below = ""): Told["path"] =>
  (things) =>
    `/v1/projects/${things.project}${below}`;
const data = (below: string): Told["path"] => project(`/data/preview${below}`);
const run =
  (below = ""): Told["path"] =>
  (things) =>
    `/v1/runs/${things.run}${below}`;
const webhook =
  (below = ""): Told["path"] =>
  (things) =>
    `/v1/webhooks/${things.webhook}${below}`;

const alertRule = {
  metric: "requests",
  aggregation: "sum",
  windowSeconds: 60,
  threshold: 1_000_000,
  forSeconds: 0,
  cooldownSeconds: 0,
  severity: "ticket",
};

/** A request per route that its owner may make. A new route without a row fails the suite. */
export const requests: Record<string, Told> = {
  adminOverview: { path: () => "/v1/admin/overview" },
  adminMetrics: { path: () => "/v1/admin/metrics?metric=requests" },
  adminSpend: { path: () => "/v1/admin/spend" },
  adminRuns: { path: () => "/v1/admin/runs" },
  adminAlerts: { path: () => "/v1/admin/alerts" },
  adminAlert: { path: () => "/v1/admin/alerts/memory" },
  adminPutAlert: { path: () => "/v1/admin/alerts/of_the_matrix", body: alertRule },
  adminDeleteAlert: { path: () => "/v1/admin/alerts/of_nobody", owner: "404 not_found" },
  adminAlertEvents: { path: () => "/v1/admin/alert-events" },
  adminAccounts: { path: () => "/v1/admin/accounts" },
  adminUpdateAccount: { path: () => "/v1/admin/accounts/usr_0", body: { plan: "pro" }, owner: "404 not_found" },
  adminSignOut: { path: () => "/v1/admin/accounts/usr_0/sign-out", owner: "404 not_found" },
  adminDeleteAccount: {
    path: () => "/v1/admin/accounts/usr_0/delete",
    body: { email: "nobody@example.com" },
    owner: "404 not_found",
  },
  adminTrace: { path: () => "/v1/admin/traces/req-of-nobody", owner: "404 not_found" },
  adminPublications: { path: () => "/v1/admin/publications" },
  adminUnpublish: { path: ({ project: id }) => `/v1/admin/publications/${id}`, owner: "404 not_found" },
  health: { path: () => "/v1/health" },
  ready: { path: () => "/v1/ready" },
  getMe: { path: () => "/v1/me" },
  updateMe: { path: () => "/v1/me", body: { name: "Ada" } },
  deleteMe: { path: () => "/v1/me" },
  restoreMe: { path: () => "/v1/me/restore" },
  exportMe: { path: () => "/v1/me/export" },
  enableHooks: { path: () => "/v1/me/hooks/enable" },
  listSessions: { path: () => "/v1/me/sessions" },
  endOtherSessions: { path: () => "/v1/me/sessions" },
  readSession: { path: ({ session }) => `/v1/me/sessions/${session}` },
  endSession: { path: ({ session }) => `/v1/me/sessions/${session}` },
  listAudit: { path: () => "/v1/audit" },
  getUsage: { path: () => "/v1/usage" },
  createToken: { path: () => "/v1/tokens", body: { name: "more", scopes: ["projects:read"] } },
  listTokens: { path: () => "/v1/tokens" },
  rotateToken: { path: ({ token }) => `/v1/tokens/${token}/rotate`, body: {} },
  revokeToken: { path: ({ token }) => `/v1/tokens/${token}` },
  createProject: { path: () => "/v1/projects", body: { name: "More" } },
  listProjects: { path: () => "/v1/projects" },
  getProject: { path: project() },
  updateProject: { path: project(), body: { name: "Renamed" } },
  deleteProject: { path: project() },
  forkProject: { path: project("/fork"), body: {} },
  archiveProject: { path: project("/archive.zip") },
  importProject: { path: () => "/v1/projects/import", body: zipText(), type: "application/zip" },
  importRepository: {
    path: () => "/v1/projects/import/git",
    body: { url: "https://git.example/nobody/nothing" },
    owner: "422 import_refused",
  },
  listMessages: { path: project("/messages") },
  listFiles: { path: project("/files") },
  readFile: { path: project(`/files/${file}`) },
  applyBatch: { path: project("/batches"), body: { operations: [{ op: "write", path: "b.txt", content: "b" }] } },
  readBlob: { path: project("/blobs/ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb") },
  listRevisions: { path: project("/revisions") },
  getRevision: { path: project("/revisions/1") },
  searchFiles: { path: project("/search?q=a") },
  diffRevisions: { path: project("/diff?from=0&to=1") },
  restoreRevision: { path: project("/revisions/1/restore"), body: {} },
  listModels: { path: () => "/v1/models" },
  listAgents: { path: () => "/v1/agents" },
  getAgent: { path: () => "/v1/agents/fullstack" },
  putAgent: {
    path: project("/agents/helper"),
    body: { content: "---\nname: helper\ndescription: Helps.\n---\nYou help." },
  },
  deleteAgent: { path: project("/agents/helper") },
  listVariables: { path: project("/variables") },
  putVariable: { path: project("/variables/SHOP"), body: { value: "Tea" } },
  deleteVariable: { path: project("/variables/SHOP") },
  listSecrets: { path: project("/secrets") },
  putSecret: { path: project("/secrets/API_KEY"), body: { value: "a secret value" } },
  deleteSecret: { path: project("/secrets/API_KEY") },
  listGrants: { path: project("/grants") },
  createGrant: { path: project("/grants"), body: { host: "api.example.com" } },
  deleteGrant: { path: (things) => `/v1/projects/${things.project}/grants/${things.grant}` },
  routePrompt: { path: () => "/v1/agents/route", body: { prompt: "Fix the error" } },
  startRun: { path: project("/runs"), body: { prompt: '```script\n[{"text":"Hello."}]\n```' } },
  listRuns: { path: project("/runs") },
  getRun: { path: run() },
  cancelRun: { path: run("/cancel"), body: {} },
  undoRun: { path: run("/undo"), body: {}, owner: "409 conflict" },
  answerRun: { path: run("/input"), body: { text: "Yes" }, owner: "409 not_waiting" },
  watchProject: { path: project("/live"), owner: "400 malformed_request" },
  readEvents: { path: run("/events") },
  readImage: { path: run("/images/prompt-1"), owner: "404 not_found" },
  streamRun: { path: run("/stream") },
  startRunStream: { path: project("/runs/stream"), body: { prompt: '```script\n[{"text":"Hello."}]\n```' } },
  createTicket: { path: () => "/v1/tickets", body: { kind: "stream", runId: "run_0" }, owner: "404 not_found" },
  openApiDocument: { path: () => "/v1/openapi.json" },
  docs: { path: () => "/v1/docs" },
  docsOfError: { path: () => "/v1/docs/errors/not_found" },
  startPreview: { path: project("/preview"), body: {} },
  getBuild: { path: project("/builds/1") },
  getProjectTypes: { path: project("/types/1") },
  publishProject: { path: project("/publish"), body: {}, owner: "422 build_failed" },
  unpublishProject: { path: project("/publish") },
  getPublishedName: { path: project("/publish/name") },
  putPublishedName: {
    path: project("/publish/name"),
    // A name belongs to one project, and each test has its own.
    get body() {
      return { name: `rows-${crypto.randomUUID().slice(0, 13)}` };
    },
  },
  deletePublishedName: { path: project("/publish/name") },
  listPublishedVersions: { path: project("/publish/versions") },
  restorePublishedVersion: { path: project("/publish/versions/1/restore"), body: {}, owner: "404 not_found" },
  getStagedApp: { path: project("/publish/staging") },
  stageProject: { path: project("/publish/staging"), body: {}, owner: "422 build_failed" },
  promoteStagedApp: { path: project("/publish/staging/promote"), body: {}, owner: "404 not_found" },
  discardStagedApp: { path: project("/publish/staging") },
  getCopying: { path: project("/publish/copying") },
  putCopying: { path: project("/publish/copying"), body: { allowed: true } },
  getPublishedApp: { path: () => "/v1/published/app-0.localhost:8788", owner: "404 not_found" },
  copyPublishedApp: { path: () => "/v1/published/app-0.localhost:8788/copy", body: {}, owner: "404 not_found" },
  getVisits: { path: project("/publish/visits") },
  listDomains: { path: project("/publish/domains") },
  getDomain: { path: project("/publish/domains/rows.example.com"), owner: "404 not_found" },
  putDomain: {
    path: (things) => project(`/publish/domains/${things.project.replace("_", "-")}.example.com`)(things),
    body: {},
  },
  deleteDomain: { path: project("/publish/domains/rows.example.com"), owner: "404 not_found" },
  getVisitorAccess: { path: project("/publish/access") },
  putVisitorAccess: { path: project("/publish/access"), body: { access: "invited" } },
  listPeople: { path: project("/people/public") },
  invitePerson: { path: project("/people/preview"), body: { email: "grace@example.com", roles: ["editor"] } },
  updatePerson: { path: project("/people/public/per_0"), body: { roles: ["admin"] }, owner: "404 not_found" },
  removePerson: { path: project("/people/public/per_0"), owner: "404 not_found" },
  readPreviewLogs: { path: project("/preview/logs") },
  getSignInSettings: { path: project("/sign-in") },
  listSchedules: { path: project("/schedules") },
  runSchedule: { path: project("/schedules/sch_YXBw/run"), body: {}, owner: "404 not_found" },
  endPreview: { path: project("/preview") },
  listDataObjects: { path: data("/objects") },
  listDataDatabases: { path: data("/databases") },
  listDataTables: { path: data("/tables") },
  listDataRows: { path: data("/tables/todo/rows"), owner: "404 not_found" },
  insertDataRow: { path: data("/tables/todo/rows"), body: { values: { title: "a" } }, owner: "404 not_found" },
  updateDataRow: { path: data("/tables/todo/rows/1"), body: { values: { title: "a" } }, owner: "404 not_found" },
  deleteDataRow: { path: data("/tables/todo/rows/1"), owner: "404 not_found" },
  exportDataTable: { path: data("/tables/todo/export.csv"), owner: "404 not_found" },
  importDataTable: { path: data("/tables/todo/import"), body: "title\na\n", type: "text/csv", owner: "404 not_found" },
  exportData: { path: data("/export.sql") },
  queryData: { path: data("/query"), body: { sql: "SELECT 1 AS one" } },
  listDataSnapshots: { path: data("/snapshots") },
  createDataSnapshot: { path: data("/snapshots"), body: {} },
  restoreDataSnapshot: { path: data("/snapshots/snap_0/restore"), body: {}, owner: "404 not_found" },
  deleteDataSnapshot: { path: data("/snapshots/snap_0"), owner: "404 not_found" },
  clearPreviewData: { path: project("/preview/data") },
  createWebhook: {
    path: () => "/v1/webhooks",
    body: { url: "http://127.0.0.1:9/hook", events: ["preview.published"] },
  },
  listWebhooks: { path: () => "/v1/webhooks" },
  getWebhook: { path: webhook() },
  updateWebhook: { path: webhook(), body: { description: "Mine" } },
  testWebhook: { path: webhook("/test") },
  listDeliveries: { path: webhook("/deliveries") },
  rotateWebhookSecret: { path: webhook("/rotate-secret"), body: { overlapSeconds: 60 } },
  recoverWebhook: { path: webhook("/recover"), body: { since: "2026-11-01T00:00:00Z" } },
  redeliver: { path: ({ delivery }) => `/v1/deliveries/${delivery}/redeliver` },
  deleteWebhook: { path: webhook() },
  createInvitation: { path: project("/invitations"), body: { role: "viewer" } },
  listInvitations: { path: project("/invitations") },
  deleteInvitation: { path: (things) => `/v1/projects/${things.project}/invitations/${things.invitation}` },
  getInvitation: { path: () => `/v1/invitations/${noToken}`, owner: "404 not_found" },
  lookUpInvitation: { path: () => "/v1/invitations/look-up", body: { token: noToken }, owner: "404 not_found" },
  takeInvitation: { path: () => "/v1/invitations/accept", body: { token: noToken }, owner: "404 not_found" },
  acceptInvitation: { path: () => `/v1/invitations/${noToken}/accept`, body: {}, owner: "404 not_found" },
  listMembers: { path: project("/members") },
  updateMember: { path: project("/members/usr_0"), body: { role: "editor" }, owner: "404 not_found" },
  deleteMember: { path: project("/members/usr_0"), owner: "404 not_found" },
  createComment: { path: project("/messages/msg_0/comments"), body: { text: "Why?" }, owner: "404 not_found" },
  listComments: { path: project("/messages/msg_0/comments"), owner: "404 not_found" },
  listProjectComments: { path: project("/comments") },
  deleteComment: { path: project("/messages/msg_0/comments/cmt_0"), owner: "404 not_found" },
  createTrigger: { path: project("/triggers"), body: { kind: "github", prompt: "Fix {{issue.title}}" } },
  listTriggers: { path: project("/triggers") },
  getTrigger: { path: ({ trigger }) => `/v1/triggers/${trigger}` },
  updateTrigger: { path: ({ trigger }) => `/v1/triggers/${trigger}`, body: { prompt: "Hello again" } },
  rotateTriggerSecret: { path: ({ trigger }) => `/v1/triggers/${trigger}/rotate-secret`, body: {} },
  listReceipts: { path: ({ trigger }) => `/v1/triggers/${trigger}/receipts` },
  deleteTrigger: { path: ({ trigger }) => `/v1/triggers/${trigger}` },
  receiveStripe: { path: () => "/v1/in/stripe", body: {} },
  receiveDelivery: { path: ({ trigger }) => `/v1/in/${trigger}`, body: {} },
};

export function requestOf(route: KnownRoute): Told {
  const told = requests[route.name];
  if (!told) throw new Error(`${route.method} ${route.path} has no row in test/worker/http/requests.ts`);
  return told;
}

/** @returns whether the path names a resource of an account, which another account must not find */
export const namesAThing = (route: KnownRoute): boolean => {
  const told = requestOf(route);
  const filled = (value: string): Things => ({
    project: value,
    run: value,
    token: value,
    webhook: value,
    delivery: value,
    trigger: value,
    grant: value,
    invitation: value,
    session: value,
  });
  return told.path(filled("")) !== told.path(filled("x"));
};

/** @returns a zip of one file as ASCII text; its content is chosen so that the checksum is ASCII too */
function zipText(): string {
  const isAscii = (sum: number) => (sum & 0x80808080) === 0;
  let content = "a";
  while (!isAscii(crc32(content))) content += "a";
  const number = (value: number, bytes: number) =>
    String.fromCharCode(...Array.from({ length: bytes }, (_, at) => (value >>> (8 * at)) & 0xff));
  const size = number(crc32(content), 4) + number(content.length, 4) + number(content.length, 4);
  const about = number(20, 2) + number(0, 4) + number(0, 2) + number(0x21, 2) + size + number(1, 2) + number(0, 2);
  const local = `PK\u0003\u0004${about}f${content}`;
  const central = `PK\u0001\u0002${number(20, 2)}${about}${number(0, 14)}f`;
  return `${local}${central}PK\u0005\u0006${number(0, 4)}${number(1, 2)}${number(1, 2)}${number(central.length, 4)}${number(local.length, 4)}${number(0, 2)}`;
}
