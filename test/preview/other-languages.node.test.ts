import { expect, it } from "vitest";
import { nothingToRun } from "../../preview/project/nothing-to-run.ts";
import { otherServers } from "../../preview/project/other-languages.ts";

const said = (files: Record<string, string>, hasServer = false) =>
  otherServers(new Map(Object.entries(files)), hasServer).map(
    ({ path, line, column, message }) => `${path}:${line}:${column} ${message}`,
  );
const nothing = (files: Record<string, string>) => nothingToRun(new Map(Object.entries(files)), {}).message;

it("A PHP file that a page sends its form to is a warning there, with the way out", () => {
  const files = { "index.html": '<form\n action="php/mail.php">', "php/mail.php": "<?php mail();", "php/b.php": "" };
  expect(said(files)).toEqual([
    'index.html:2:14 php/mail.php is written for PHP, which is not run here, so requests to it fail. Ask an agent to convert it: "Convert the PHP code of this project, which begins in php/mail.php, to an index.html and src/server.ts."',
  ]);
  expect(said(files, true)).toEqual([]);
});

it("PHP that no page names, and that of others, is no server", () => {
  const page = { "index.html": '<a href="https://example.com/other.php">Other</a>' };
  expect(said({ ...page, "vendor/other.php": "", "tools/report.php": "" })).toEqual([]);
});

it("A server of Flask, FastAPI or Django beside the pages is a warning", () => {
  for (const [line, name] of [
    ["from flask import Flask", "Flask"],
    ["import fastapi", "FastAPI"],
    ["from django.urls import path", "Django"],
  ]) {
    expect(said({ "index.html": "<p>", "api/app.py": `import os\n${line}\n` })[0]).toMatch(
      new RegExp(`^api/app\\.py:1:1 api/app\\.py is written for ${name}, which is not run here, `),
    );
  }
  expect(said({ "index.html": "<p>", "plot.py": "import math" })).toEqual([]);
});

it("A project whose pages PHP or Python makes is named as such", () => {
  expect(nothing({ "about.php": "", "index.php": "" })).toBe(
    'The pages of this project are made by PHP, beginning in index.php, which is not run here. Ask an agent to convert it: "Convert the PHP code of this project, which begins in index.php, to an index.html and src/server.ts."',
  );
  expect(nothing({ "app.py": "from flask import Flask", "templates/index.html": "<p>{{ a }}</p>" })).toMatch(
    /^The pages of this project are made by Flask, beginning in app\.py, /,
  );
  expect(nothing({ "README.md": "" })).toMatch(/^There is neither an index\.html nor a src\/server\.ts/);
});

it.each([
  ["Hugo", "hugo.toml"],
  ["Jekyll", "_config.yml"],
  ["Deno", "deno.json"],
  ["Ruby", "Gemfile"],
  ["Go", "go.mod"],
  ["Rust", "Cargo.toml"],
  ["Java or Kotlin", "pom.xml"],
  ["Flutter", "pubspec.yaml"],
  ["Python", "requirements.txt"],
])("A project for %s is named by its file, with the way out", (name, path) => {
  expect(nothing({ [path]: "", "README.md": "" })).toBe(
    `This project is written for ${name}, as ${path} shows, which is not run here. Ask an agent to convert it: "Convert this ${name} project to a Vite project, with an index.html, src/main, and src/server.ts for its server."`,
  );
});

it("A server of Bun is named by the script that starts it", () => {
  expect(nothing({ "index.ts": "Bun.serve({ fetch: () => new Response() });" })).toMatch(
    /^This project is written for Bun, as index\.ts shows, /,
  );
});
