import type { Page } from "@playwright/test";
import type { Screen } from "./screens.ts";
import { workspaceOf } from "./workspace.ts";

/** Makes the server respond to a path with a status and body, from now on. */
async function answer(page: Page, path: string, status: number, body: object): Promise<void> {
  const contentType = "application/problem+json";
  await page.route(path, (route) => route.fulfill({ status, contentType, body: JSON.stringify(body) }));
}

const down = { status: 503, code: "unavailable", detail: "The server isn't ready. Try again in a moment." };

const press = (page: Page, name: string | RegExp) =>
  page
    .getByRole("button", { name, exact: typeof name === "string" })
    .first()
    .click();

const dialog = (page: Page) => page.getByRole("dialog").waitFor();

/** Returns a function that opens a dialog with a button of the page. */
const opened = (name: string | RegExp) => async (page: Page) => {
  await press(page, name);
  await dialog(page);
};

const alert = (text: string | RegExp) => (page: Page) => page.getByRole("alert").getByText(text).first().waitFor();

/** Opens the palette and types a text. */
async function find(page: Page, text: string): Promise<void> {
  await page.getByRole("tree", { name: "Files" }).waitFor();
  await press(page, "Find anything");
  await page.getByRole("combobox", { name: "Find files, text and actions" }).fill(text);
}

/** The dialogs of a successful project and of the account. */
export const dialogs: Screen[] = [
  ["undo", "", opened("Undo this prompt")],
  ["publish", "?view=preview", opened(/^Publish/)],
  ["build", "?view=preview", opened(/^Build: /)],
  ["new-file", "?view=code", opened("New file")],
  [
    "delete-file",
    "?view=code",
    async (page) => {
      await workspaceOf(page).file("index.html").press("Delete");
      await dialog(page);
    },
  ],
  [
    "delete-project",
    "?view=preview",
    async (page) => {
      await press(page, "Project");
      await press(page, "Delete");
      await dialog(page);
    },
  ],
  [
    "shortcuts",
    "?view=code",
    async (page) => {
      await find(page, "shortcuts");
      await page.getByRole("option", { name: "Show keyboard shortcuts" }).click();
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    },
  ],
  [
    "network",
    "?view=preview",
    async (page) => {
      await press(page, "Console");
      await page.getByRole("region", { name: "Console" }).getByText("Network").click();
      await page
        .getByText("No requests yet.")
        .or(page.getByRole("table", { name: "Requests" }))
        .waitFor();
    },
  ],
  ["delete-account", "/settings/security", opened("Delete my account")],
];

/** States in which something failed, was refused or is missing. */
export const errors: Screen[] = [
  ["run-failed", "/projects/:broken", alert("Failed.")],
  ["build-failed", "/projects/:broken?view=preview", alert("Build failed:")],
  ["app-failed", "/projects/:broken?view=preview&at=1", alert("Error in your app:")],
  [
    "conflict",
    "/projects/:broken?view=code&file=notes.md",
    async (page) => {
      const editor = workspaceOf(page).editor("notes.md");
      await editor.press("ControlOrMeta+End");
      await page.keyboard.insertText("What I was about to write\n");
      await page.getByText("Unsaved", { exact: true }).waitFor();
      const project = new URL(page.url()).pathname;
      const operations = [{ op: "write", path: "notes.md", content: `Changed: ${crypto.randomUUID()}\n` }];
      await page.evaluate(`fetch("/v1${project}/batches", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: ${JSON.stringify(JSON.stringify({ operations }))},
      }).then((response) => response.text())`);
      await alert("Someone changed this file while you were editing.")(page);
    },
  ],
  ["question", "/projects/:asking", (page) => workspaceOf(page).answer.waitFor()],
  [
    "prompt-refused",
    "?view=chat",
    async (page) => {
      await answer(page, "**/runs", 429, { status: 429, code: "budget_exceeded" });
      const { prompt } = workspaceOf(page);
      await prompt.fill("Make it blue");
      await prompt.press("Enter");
      await alert("You've used today's budget.")(page);
    },
  ],
  [
    "search-failed",
    "?view=code",
    async (page) => {
      await answer(page, "**/search?*", 429, { status: 429, code: "rate_limited" });
      await find(page, "needle");
      await page.getByText("Couldn't search the files.").waitFor();
    },
  ],
  ["file-missing", "?view=code&file=nowhere.ts", (page) => page.getByText("File not found").waitFor()],
  [
    "project-missing",
    "/projects/prj_01jzzzzzzzzzzzzzzzzzzzzzzz",
    (page) => page.getByRole("heading", { name: "Project not found" }).waitFor(),
  ],
  [
    "project-failed",
    "",
    async (page) => {
      const path = `**/v1${new URL(page.url()).pathname}`;
      await answer(page, path, 403, { ...down, status: 403 });
      await page.reload();
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  ],
  [
    "preview-failed",
    "?view=preview",
    async (page) => {
      await answer(page, "**/preview", 403, { ...down, status: 403 });
      await page.reload();
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  ],
  [
    "import-refused",
    "/templates#from-address",
    async (page) => {
      await answer(page, "**/import/git", 422, {
        status: 422,
        code: "invalid",
        detail: "There is no such repository.",
      });
      await page.getByLabel("Git repository").fill("https://github.com/nobody/nothing");
      await page.getByLabel("Git repository").press("Enter");
      await alert("There is no such repository.")(page);
    },
  ],
  ["no-invitation", "/invitation#esi_nothing", (page) => page.getByText("This invitation was used").waitFor()],
  [
    "offline",
    "?view=code&file=src/app.ts",
    async (page) => {
      await workspaceOf(page).editor("src/app.ts").waitFor();
      await page.context().setOffline(true);
      await page.getByText("You're offline.").waitFor();
    },
  ],
];

/** The same for signed-out visitors. */
export const signedOutErrors: Screen[] = [
  [
    "sign-in-refused",
    "/sign-in",
    async (page) => {
      await page.getByLabel("Email").fill("nobody@example.com");
      await page.getByLabel("Password").fill("not the password");
      await press(page, "Sign in");
      await alert("Wrong email or password.")(page);
    },
  ],
];

/** Removes everything that produced a screen's state. */
export async function leave(page: Page): Promise<void> {
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.context().setOffline(false);
}
