// Calls in pages that only a program around them answers.
import { expect, it } from "vitest";
import { nativeHosts } from "../../preview/project/native-hosts.ts";

const said = (files: Record<string, string>, dependencies: Record<string, string> = {}, around = {}): string[] =>
  nativeHosts(new Map(Object.entries(files)), new Map(Object.entries({ ...files, ...around })), dependencies).map(
    ({ path, line, column, message }) => `${path}:${line}:${column} ${message}`,
  );

it("The first import of Tauri's packages in a page is a warning, with the way out", () => {
  const files = {
    "src/b.ts": 'import "@tauri-apps/plugin-dialog";',
    "src/a.ts": '\nimport { invoke } from "@tauri-apps/api/core";',
  };
  expect(said(files)).toEqual([
    'src/a.ts:2:25 Only Tauri answers calls of @tauri-apps/api/core. The page runs without it here, so these calls fail. Ask an agent: "Make this app work in a browser, with src/server.ts for what it asks of Tauri."',
  ]);
});

it("Calls of Wails, Electron's preload and a browser's extension are warnings where the project is of that kind", () => {
  expect(said({ "src/main.js": 'import { Greet } from "../wailsjs/go/main/App";' })[0]).toContain("Only Wails");
  const electron = { "renderer.js": "window.electronAPI.open();" };
  expect(said(electron, { electron: "^37" })[0]).toContain("Only Electron answers calls of window.electronAPI");
  expect(said(electron)).toEqual([]);
  const popup = { "popup.js": 'chrome.storage.local.get("a");' };
  expect(said(popup, {}, { "manifest.json": '{"manifest_version": 3}' })[0]).toContain("calls of chrome.storage");
  expect(said(popup)).toEqual([]);
});

it("Pages that import no such package are left alone", () => {
  expect(said({ "src/a.ts": 'import { Capacitor } from "@capacitor/core"; window.api = 1;' })).toEqual([]);
});
