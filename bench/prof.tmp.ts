import "./asset-modules.ts";
import { launchBrowser } from "../test/journeys/browser.ts";
import { serveSite } from "./web/server.ts";
import { longFile, projectId } from "./web/content.ts";
import { buildFrontEnd } from "../dev/supervisor/builds.ts";
const what = process.argv[2];
const site = await serveSite(process.argv[3] ?? (await buildFrontEnd()));
const browser = await launchBrowser();
const ctx = await browser.newContext({ viewport: { width: 1440, height: 900 }, baseURL: site.url });
const page = await ctx.newPage(); const cdp = await ctx.newCDPSession(page);
let start=()=>{};
if(what==="stream"){site.scene.streams=true; site.scene.startTokens=new Promise(r=>{start=r as ()=>void});}
await page.goto(`/projects/${projectId}` + (what==="tree"?"":`?view=code&file=${longFile}`));
await page.waitForTimeout(1500);
if(what==="typing") await page.getByRole("textbox",{name:`Editor, ${longFile}`}).click();
await cdp.send("Profiler.enable"); await cdp.send("Profiler.setSamplingInterval",{interval:200}); await cdp.send("Profiler.start");
const m0 = await cdp.send("Performance.enable").then(()=>cdp.send("Performance.getMetrics"));
if(what==="typing") for(let i=0;i<40;i++){ await page.keyboard.press("a"); await page.waitForTimeout(40);} 
if(what==="tree"){ await page.getByRole("tab",{name:"Code"}).click(); await page.waitForTimeout(1000);} 
if(what==="stream"){ start(); await page.waitForTimeout(4000);} 
const m1 = await cdp.send("Performance.getMetrics");
const { profile } = await cdp.send("Profiler.stop");
for(const k of ["ScriptDuration","LayoutDuration","RecalcStyleDuration","TaskDuration"]) console.log(k, ((m1.metrics.find(m=>m.name===k)?.value??0)-(m0.metrics.find(m=>m.name===k)?.value??0))*1000|0);
const self=new Map<string,number>(); const byId=new Map(profile.nodes.map(n=>[n.id,n]));
(profile.samples??[]).forEach((id,i)=>{const n=byId.get(id)!; const k=`${n.callFrame.functionName}@${n.callFrame.url.split("/").pop()}:${n.callFrame.columnNumber}`; self.set(k,(self.get(k)??0)+(profile.timeDeltas?.[i]??0)/1000);});
console.log([...self].sort((a,b)=>b[1]-a[1]).slice(0,24).map(([k,v])=>v.toFixed(0)+" "+k).join("\n"));
await browser.close(); await site.close();
