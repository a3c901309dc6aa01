import type { Page } from "@playwright/test";
import { workspaceOf } from "./workspace.ts";

/** A screen of the web app: a path, relative to the project's page unless it begins with a slash, and when it is ready. */
export type Screen = [name: string, path: string, ready: (page: Page) => Promise<unknown>];

/** Every screen for signed-in people. */
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
  ["account", "/settings", (page) => page.getByRole("button", { name: "Save", exact: true }).waitFor()],
  ["usage", "/settings/usage", (page) => page.getByRole("list", { name: "Usage by day" }).waitFor()],
  ["activity", "/settings/activity", (page) => page.getByRole("list", { name: "Activity" }).waitFor()],
];

/** How each is looked at. */
export const looks = [
  { name: "light", size: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "dark", size: { width: 1440, height: 900 }, colorScheme: "dark" },
  { name: "narrow", size: { width: 360, height: 740 }, colorScheme: "light" },
] as const;
