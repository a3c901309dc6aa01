import "./reset.css";
import "./main.css";

const root = document.querySelector("#root")!;
const note = (text: string) => root.append(Object.assign(document.createElement("p"), { className: "card", textContent: text }));
const stylesOf = () => {
  const { color, margin, outlineWidth } = getComputedStyle(root.lastElementChild!);
  return `${color} ${margin} ${outlineWidth}`;
};
/** How often the page has a rule. */
const rulesOf = (selector: string) =>
  [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule.cssText.startsWith(selector)).length;

note("first");
note(stylesOf());
const { name } = await import("./first.ts");
note(`${name} ${stylesOf()}`);
await Promise.all([import("./second.ts"), import("./second.ts"), import("./first.ts")]);
note(`second ${stylesOf()}`);
await import("./theme.css");
note(`theme ${stylesOf()}`);
note(["html", ".card", ".first", ".second"].map((selector) => `${selector} ${rulesOf(selector)}`).join());
