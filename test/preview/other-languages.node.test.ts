import { expect, it } from "vitest";
import { nothingToRun } from "../../preview/project/nothing-to-run.ts";
import { otherServers, pageOfOther } from "../../preview/project/other-languages.ts";

const said = (files: Record<string, string>, hasServer = false) =>
  otherServers(new Map(Object.entries(files)), hasServer).map(
    ({ path, line, column, message }) => `${path}:${line}:${column} ${message}`,
  );
const nothing = (files: Record<string, string>) => nothingToRun(new Map(Object.entries(files)), {}).message;

it("A PHP file that a page sends its form to is a warning there, with the way out", () => {
  const files = { "index.html": '<form\n action="php/mail.php">', "php/mail.php": "<?php mail();", "php/b.php": "" };
  expect(said(files)).toEqual([
    'index.html:2:14 php/mail.php is written for PHP, which Edgesmith does not run, so requests to it fail. Ask an agent to convert it: "Convert the PHP code of this project, which begins in php/mail.php, to an index.html and src/server.ts."',
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
      new RegExp(`^api/app\\.py:1:1 api/app\\.py is written for ${name}, which Edgesmith does not run, `),
    );
  }
  expect(said({ "index.html": "<p>", "plot.py": "import math" })).toEqual([]);
});

it("A project whose pages PHP or Python makes is named as such", () => {
  expect(nothing({ "about.php": "", "index.php": "" })).toBe(
    'The pages of this project are made by PHP, beginning in index.php, which Edgesmith does not run. Ask an agent to convert it: "Convert the PHP code of this project, which begins in index.php, to an index.html and src/server.ts."',
  );
  expect(nothing({ "app.py": "from flask import Flask", "templates/index.html": "<p>{{ a }}</p>" })).toMatch(
    /^The pages of this project are made by Flask, beginning in app\.py, /,
  );
  expect(nothing({ "README.md": "" })).toMatch(/^Nothing to show yet: add an index\.html or a src\/server\.ts/);
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
    `This project is written for ${name} (it has ${path}). Edgesmith does not run ${name}. Ask an agent to convert it: "Convert this ${name} project to a Vite project, with an index.html, src/main, and src/server.ts for its server."`,
  );
});

it("A server of Bun is named by the script that starts it", () => {
  expect(nothing({ "index.ts": "Bun.serve({ fetch: () => new Response() });" })).toMatch(
    /^This project is written for Bun \(it has index\.ts\)\. /,
  );
});

it("A server in Go, Ruby, Java, Rust or C# beside the pages is a warning too, also in a folder beside the app's", () => {
  for (const [path, text, name] of [
    ["main.go", 'http.ListenAndServe(":8080", nil)', "Go"],
    ["server/app.rb", 'require "sinatra"', "Ruby"],
    ["api/src/main/java/App.java", "@SpringBootApplication class App {}", "Java"],
    ["api/src/main.rs", "use axum::Router;", "Rust"],
    ["Api/Program.cs", "var builder = WebApplication.CreateBuilder(args);", "C#"],
  ] as const) {
    expect(said({ "index.html": "<p>", [path]: text })[0]).toContain(
      `${path} is written for ${name}, which Edgesmith does not run`,
    );
  }
  expect(
    said({ "index.html": "<p>", "tools/count.go": "package main", "src-tauri/src/a.rs": "use axum::Router;" }),
  ).toEqual([]);
  const around = new Map([
    ["backend/main.py", "from fastapi import FastAPI"],
    ["examples/app.py", "import flask"],
  ]);
  expect(otherServers(new Map([["index.html", "<p>"]]), false, around)).toMatchObject([
    {
      path: "/backend/main.py",
      severity: "warning",
      message: expect.stringMatching(/^backend\/main\.py is written for FastAPI/),
    },
  ]);
  expect(otherServers(new Map(), false, new Map([["examples/app.py", "import flask"]]))).toEqual([]);
});

it.each([
  ["Flutter", "flutter_bootstrap.js"],
  ["Flutter", "flutter.js"],
  ["Dart", "main.dart.js"],
  ["Blazor", "_framework/blazor.webassembly.js"],
])("A page that waits for the output of %s, %s, is named as such", (name, script) => {
  const page = `<body><div id="app"></div>\n<script src="${script}"></script></body>`;
  const files = new Map([["web/index.html", page]]);
  expect(pageOfOther("web/index.html", files)).toMatchObject({
    path: "web/index.html",
    line: 2,
    message: `This page loads ${script}, which ${name} generates. The file is missing, so the page stays empty. Edgesmith does not run ${name}. Ask an agent to convert it: "Convert this ${name} project to a Vite project, with an index.html, src/main, and src/server.ts for its server." Its built output can be imported too.`,
  });
  expect(pageOfOther("web/index.html", new Map([...files, [`web/${script}`, "built"]]))).toBeNull();
});

it("A project of Storybook alone is named, with the page that would show its components", () => {
  const files = { ".storybook/main.ts": "", "src/button.stories.tsx": "", "src/button.tsx": "" };
  expect(nothing(files)).toBe(
    'This project shows its components in Storybook, which Edgesmith does not run. Ask an agent: "Add an index.html and a src/main that show the components of this project, as its stories do."',
  );
});
