import { expect, it } from "vitest";
import { componentsKey } from "../../preview/project/components-key.ts";
import type { ProjectSettings } from "../../preview/project/project-settings.ts";

const settingsWith = (additionalData: string) =>
  ({
    vite: { plugins: [], preprocessorOptions: { scss: { additionalData } } },
    postcss: { plugins: [] },
    svelte: {},
  }) as unknown as ProjectSettings;

const filesWith = (colors: string) =>
  new Map([
    ["src/_variables.scss", '@import "./colors";'],
    ["src/_colors.scss", colors],
  ]);

it("Packages' components are compiled again for a change of a sheet that settings put before theirs", () => {
  const settings = settingsWith('@import "@/variables.scss";');
  expect(componentsKey(settings, filesWith("$a: red;"))).not.toBe(componentsKey(settings, filesWith("$a: blue;")));
});

it("Packages' components are not compiled again for a change of another sheet of the app", () => {
  const settings = settingsWith("$a: red;");
  expect(componentsKey(settings, filesWith("$a: red;"))).toBe(componentsKey(settings, filesWith("$a: blue;")));
});
