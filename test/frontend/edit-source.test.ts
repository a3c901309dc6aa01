import { describe, expect, it } from "vitest";
import { type ElementEdit, editSource, hasWrittenText } from "../../frontend/src/preview/edit-source.ts";

/** Returns the position of the first tag with a name in a source. */
function placeOf(source: string, tag: string, path: string) {
  const before = source.slice(0, source.indexOf(`<${tag}`)).split("\n");
  return { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function edited(path: string, source: string, tag: string, edit: Omit<ElementEdit, "place" | "tag">) {
  return editSource(source, [{ place: placeOf(source, tag, path), tag, ...edit }]);
}

describe("editing an element's text", () => {
  it.each([
    [
      "src/app.tsx",
      `const App = () => (\n  <h1 className={a > b ? "}" : \`\${c}\`} {...rest} onClick={() => x}>\n    Old &amp; </h1>\n);`,
      "Old &",
    ],
    ["index.html", `<body><h1 title="a>b">\n    Old &amp; </h1>`, "Old &"],
    ["src/App.vue", `<template><h1 :class="a > b" @click="x">\n    Old &amp; </h1></template>`, "Old &"],
    ["src/App.svelte", `<h1 class:big={a > b} {title}>\n    Old &amp; </h1>`, "Old &"],
  ])("A text in %s is replaced where it stands, with what is code escaped", (path, source, from) => {
    const to = "New <{x}> & 1";
    expect(edited(path, source, "h1", { text: { from, to } })).toEqual({
      source: source.replace("Old &amp;", "New &#60;&#123;x&#125;&#62; &amp; 1"),
    });
  });

  it.each([
    ["made by code", "<p>{name}</p>", "Ada"],
    ["mixed with code", "<p>Hi {name}</p>", "Hi Ada"],
    ["beside other elements", "<p>Hi <b>you</b></p>", "Hi"],
    ["that the page has changed", "<p>Loading</p>", "Ready"],
    ["of an element without content", "<p />", ""],
  ])("A text %s is not edited", (_name, source, from) => {
    const result = edited("src/app.tsx", source, "p", { text: { from, to: "New" } });
    expect(result).toEqual({ problem: "Code generates this text. Say what to change instead." });
    expect(hasWrittenText(source, { place: placeOf(source, "p", "src/app.tsx"), tag: "p", text: from })).toBe(false);
  });

  it("A tag that is not on its line any more is not edited", () => {
    const place = { path: "index.html", line: 2, column: 1 };
    for (const source of ["<p>Old</p>", "<p>\n<pre>Old</pre>"]) {
      const result = editSource(source, [{ place, tag: "p", text: { from: "Old", to: "New" } }]);
      expect(result).toEqual({ problem: "index.html has changed since. Point at the element again." });
    }
  });

  it("The tag nearest to the column is edited, whether columns count bytes or characters", () => {
    const source = "<i>ééé</i><b>Old</b> <b>Other</b>";
    for (const column of [11, 14]) {
      const edit = { place: { path: "index.html", line: 1, column }, tag: "b", text: { from: "Old", to: "New" } };
      expect(editSource(source, [edit])).toEqual({ source: source.replace("Old", "New") });
    }
  });
});

describe("editing an element's style", () => {
  const style = { color: "#112233", padding: "8px" };

  it.each([
    ["index.html", "<p class='a'>x</p>", `<p style="color: #112233; padding: 8px" class='a'>x</p>`],
    [
      "index.html",
      "<p style='margin: 0; COLOR: red'>x</p>",
      "<p style='margin: 0; color: #112233; padding: 8px'>x</p>",
    ],
    ["src/app.tsx", "<p id='a'>x</p>", `<p style={{ color: "#112233", padding: "8px" }} id='a'>x</p>`],
    [
      "src/app.tsx",
      `<p style={{ color: "red", margin: 0 }}>x</p>`,
      `<p style={{ margin: 0, color: "#112233", padding: "8px" }}>x</p>`,
    ],
  ])("A style in %s is written beside what is there: %s", (path, source, result) => {
    expect(edited(path, source, "p", { style })).toEqual({ source: result });
  });

  it.each([
    ["src/app.tsx", "<p style={styles.a}>x</p>"],
    ["src/app.tsx", "<p style={{ ...base, color: 'red' }}>x</p>"],
    ["src/App.svelte", "<p style={value}>x</p>"],
    ["src/App.svelte", '<p style="color: {value}">x</p>'],
  ])("A style that is made by code in %s is not edited: %s", (path, source) => {
    expect(edited(path, source, "p", { style })).toMatchObject({ problem: expect.stringContaining("Code generates") });
  });

  it("A value that is more than one is refused", () => {
    for (const value of ['red"; background: url(x)', "expression(1)", "red}"]) {
      expect(edited("index.html", "<p>x</p>", "p", { style: { color: value } })).toHaveProperty("problem");
    }
  });
});

it("Several elements of one source are edited together", () => {
  const source = "<p>One</p>\n<p>Two</p>";
  const edit = (line: number, from: string): ElementEdit => ({
    place: { path: "index.html", line, column: 1 },
    tag: "p",
    text: { from, to: `${from}!` },
    style: { color: "red" },
  });
  expect(editSource(source, [edit(1, "One"), edit(2, "Two")])).toEqual({
    source: '<p style="color: red">One!</p>\n<p style="color: red">Two!</p>',
  });
});
