import { launchBrowser } from "../../test/journeys/browser.ts";
import { serveSite } from "./server.ts";
import { longFile, projectId } from "./content.ts";
const variants: Record<string, { dist: string; css: string }> = JSON.parse(process.argv[2] ?? "{}");
const b = await launchBrowser();
const found: Record<string, number[]> = {};
for (let round = 0; round < 4; round++) for (const [name, { dist, css }] of Object.entries(variants)) {
  const site = await serveSite(dist);
  const p = await b.newPage({ viewport: { width: 1440, height: 900 } });
  await p.goto(`${site.url}/projects/${projectId}?view=code&file=${longFile}`);
  if (css) await p.addStyleTag({ content: css });
  await p.getByRole("textbox", { name: `Editor, ${longFile}` }).click();
  await p.waitForTimeout(4000);
  const type = async () => { for (let key = 0; key < 40; key++) { await p.keyboard.press("abcdefghij".charAt(key % 10)); await p.waitForTimeout(80); } };
  await type();
  await b.startTracing(p, { categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
  await type();
  const trace = JSON.parse((await b.stopTracing()).toString()) as { traceEvents: any[] };
  const main = trace.traceEvents.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain").map((e) => `${e.pid}/${e.tid}`);
  const sums: Record<string, number> = {};
  for (const e of trace.traceEvents) if (main.includes(`${e.pid}/${e.tid}`) && e.ph === "X" && e.tdur) sums[e.name] = (sums[e.name] ?? 0) + e.tdur / 40000;
  const pick = ["RunTask", "FunctionCall", "Paint", "UpdateLayoutTree", "Layout", "PrePaint", "Commit", "Layerize", "TimerFire"];
  console.log(name.padEnd(10), pick.map((k) => `${k} ${(sums[k] ?? 0).toFixed(2)}`).join("  "));
  (found[name] ??= []).push(sums.RunTask ?? 0);
  await p.close(); await site.close();
}
for (const [n, v] of Object.entries(found)) console.log(n, v.sort((x, y) => x - y).map((x) => x.toFixed(2)).join(" "));
await b.close();
