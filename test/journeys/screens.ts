import type { Page } from "@playwright/test";
import {
  batchResult,
  comment,
  copying,
  message,
  newInvitation,
  pageOf,
  published,
} from "../../worker/contract/index.ts";
import { type Caller, logOf, newCaller, newProject, startRun } from "../stage/caller.ts";
import { until } from "../stage/until.ts";
import { workspaceOf } from "./workspace.ts";

/**
 * A screen of the web app: its name, its path (relative to the project's page unless it starts with a slash), and a
 * function that waits until it is ready.
 */
export type Screen = [name: string, path: string, ready: (page: Page) => Promise<unknown>];

/** The values of placeholders in paths, from the objects that `makeStage` created. */
export type Stage = {
  projectId: string;
  invitationToken: string;
  publicHost: string;
  /** A project whose run failed, whose first version reports an error, and whose next version cannot be built. */
  brokenId: string;
  /** A project whose agent asks a question. */
  askingId: string;
};

const commentText = "Could the heading be larger?";
/** The stack's variables that some screens require. */
export const stageVariables = { IMPORT_HOSTS: "github.com,codeberg.org", ADMIN_EMAILS: "owner@example.com" };

/**
 * Shares, publishes and comments on a project whose first run has ended, for the screens that show these.
 * @returns placeholder values for `addressOf`
 */
export async function makeStage(caller: Caller, projectId: string): Promise<Stage> {
  const at = `/v1/projects/${projectId}`;
  const token = await invitationOfAnother(caller);
  // The sharing dialog lists it.
  await caller.expect(newInvitation, 201, `${at}/invitations`, { body: { role: "editor" } });
  const { url } = await caller.expect(published, 200, `${at}/publish`, { body: {} });
  await caller.expect(copying, 200, `${at}/publish/copying`, { method: "PUT", body: { allowed: true } });
  const { data } = await caller.expect(pageOf(message), 200, `${at}/messages?order=desc&limit=1`);
  const body = { text: commentText };
  await caller.expect(comment, 201, `${at}/messages/${data[0]?.id}/comments`, { body });
  const [brokenId, askingId] = await Promise.all([brokenProject(caller), askingProject(caller)]);
  return { projectId, invitationToken: token, publicHost: new URL(url).host, brokenId, askingId };
}

/**
 * Returns the token of an invitation to another person's project, since an invitation to one's own project shows only a
 * hint.
 */
async function invitationOfAnother({ appUrl }: Caller): Promise<string> {
  const other = await newCaller({ appUrl, port: Number(new URL(appUrl).port) });
  const path = `/v1/projects/${await newProject(other, "Guestbook")}/invitations`;
  return (await other.expect(newInvitation, 201, path, { body: { role: "editor" } })).token;
}

async function brokenProject(caller: Caller): Promise<string> {
  const id = await newProject(caller, "Clock");
  const write = (files: Record<string, string>) => {
    const operations = Object.entries(files).map(([path, content]) => ({ op: "write", path, content }));
    return caller.expect(batchResult, 201, `/v1/projects/${id}/batches`, { body: { operations } });
  };
  await write({
    "index.html": `<!doctype html><html lang="en"><head><title>Clock</title></head>
<body><h1>Clock</h1><script type="module" src="/src/main.ts"></script></body></html>\n`,
    "src/main.ts": 'throw new Error("The clock has no hands.");\n',
    "notes.md": "The first text\n",
  });
  await write({ "src/main.ts": "const = 1;\n" });
  const { id: runId } = await startRun(caller, id, "[[fail 400]] Give the clock its hands");
  await (await caller.request(`/v1/runs/${runId}/stream`)).text();
  return id;
}

async function askingProject(caller: Caller): Promise<string> {
  const id = await newProject(caller, "Palette");
  const input = { question: "Which colours do you like?", options: ["Warm", "Cold"] };
  const turns = [{ tools: [{ name: "ask_user", input }] }, { text: "Done." }];
  const { id: runId } = await startRun(caller, id, `\`\`\`script\n${JSON.stringify(turns)}\n\`\`\``);
  await until("the agent asks", 60_000, async () =>
    (await logOf(caller, runId)).some(({ type }) => type === "input.requested"),
  );
  return id;
}

/** Returns the path of a screen. */
export const addressOf = (
  path: string,
  { projectId, invitationToken, publicHost, brokenId, askingId }: Stage,
): string =>
  (path.startsWith("/") ? path : `/projects/:id${path}`)
    .replace(":id", projectId)
    .replace(":token", invitationToken)
    .replace(":host", publicHost)
    .replace(":broken", brokenId)
    .replace(":asking", askingId);

const heading = (page: Page) => page.getByRole("heading", { level: 1 }).waitFor();
const button = (name: string) => (page: Page) => page.getByRole("button", { name, exact: true }).waitFor();
const list = (name: string) => (page: Page) => page.getByRole("list", { name }).waitFor();

/** The screens for visitors who are signed out. */
export const signedOutScreens: Screen[] = [
  ["sign-in", "/sign-in", button("Sign in")],
  ["sign-up", "/sign-up", button("Create account")],
  ["forgot-password", "/forgot-password", button("Email me a reset link")],
];

/** The screens for operators of the platform. */
export const adminScreens: Screen[] = ["overview", "spend", "alerts", "accounts", "apps", "traces"].map((tab) => [
  `admin-${tab}`,
  `/admin/${tab}`,
  heading,
]);

/** Returns a function that opens a dialog of the project's menu. */
const fromMenu = (item: string, shown: (page: Page) => Promise<unknown>) => async (page: Page) => {
  await page.getByRole("button", { name: "Project", exact: true }).click();
  await page.getByRole("button", { name: item, exact: true }).click();
  await shown(page);
};

export const screens: Screen[] = [
  ["projects", "/", (page) => page.getByRole("list", { name: "Projects" }).waitFor()],
  ["templates", "/templates", (page) => page.getByRole("list", { name: "Templates" }).waitFor()],
  ["preview", "", (page) => workspaceOf(page).turn("completed").waitFor({ state: "attached" })],
  [
    "point",
    "?view=preview",
    async (page) => {
      const { app } = workspaceOf(page);
      const heading = app().getByRole("heading", { level: 1 }).first();
      await heading.waitFor();
      await page.getByRole("button", { name: "Point at an element" }).click();
      await heading.click();
      await page
        .getByRole("region", { name: "Point" })
        .getByRole("button", { name: /^index\.html:/ })
        .waitFor();
    },
  ],
  ["code", "?view=code&file=src/app.ts", (page) => workspaceOf(page).editor("src/app.ts").waitFor()],
  ["data", "?view=data", (page) => page.getByRole("region", { name: "Data" }).waitFor()],
  ["history", "?view=history", (page) => page.getByRole("list", { name: "Versions" }).waitFor()],
  ["version", "?view=history&revision=2", (page) => page.getByRole("list", { name: "Changes" }).waitFor()],
  [
    "palette",
    "?view=code",
    async (page) => {
      await page.getByRole("tree", { name: "Files" }).waitFor();
      await page.getByRole("button", { name: "Find anything" }).click();
      await page.getByRole("listbox", { name: "Results" }).getByRole("option").first().waitFor();
    },
  ],
  ["share", "?view=preview", fromMenu("Share", (page) => page.getByRole("list", { name: "Open links" }).waitFor())],
  [
    "rename",
    "?view=preview",
    fromMenu("Rename", (page) => page.getByRole("dialog").getByRole("textbox", { name: "Name" }).waitFor()),
  ],
  [
    "comments",
    "",
    async (page) => {
      await page.getByRole("button", { name: "1 comment" }).click();
      await page.getByText(commentText).waitFor();
    },
  ],
  ["invitation", "/invitation#:token", button("Join the project")],
  ["copy", "/copy?app=:host", button("Make a copy")],
  ["no-copy", "/copy?app=nobody.example.com", (page) => page.getByText("This app doesn't exist").waitFor()],
  ["from-address", "/templates#from-address", button("Import")],
  ["agents", "/projects/:id/agents", heading],
  ["app-settings", "/projects/:id/settings", heading],
  ["publishing", "/projects/:id/publishing", (page) => page.getByText("Others may duplicate this app").waitFor()],
  ["security", "/settings/security", heading],
  ["tokens", "/settings/tokens", list("Tokens")],
  ["triggers", "/settings/triggers", heading],
  ["webhooks", "/settings/webhooks", heading],
  ["no-page", "/nowhere", heading],
  ["account", "/settings", (page) => page.getByRole("button", { name: "Save", exact: true }).waitFor()],
  ["usage", "/settings/usage", (page) => page.getByRole("list", { name: "Usage by day" }).waitFor()],
  ["activity", "/settings/activity", (page) => page.getByRole("list", { name: "Activity" }).waitFor()],
];

/** The combinations of theme and width to show each screen in. */
export const looks = [
  { name: "light", size: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "dark", size: { width: 1440, height: 900 }, colorScheme: "dark" },
  { name: "narrow", size: { width: 360, height: 740 }, colorScheme: "light" },
] as const;
