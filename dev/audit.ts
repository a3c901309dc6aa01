// Fails when a dependency that ships has a known vulnerability of high or critical severity. A registry mirror may have
// no audit endpoint: the last line then reports that nothing was audited.
import { spawnSync } from "node:child_process";

const result = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });
const report: unknown = JSON.parse(result.stdout || "{}");
const counts = member(member(report, "metadata"), "vulnerabilities");

if (counts === undefined) {
  const failure = member(member(report, "error"), "summary") ?? member(report, "message") ?? "no answer";
  console.log(`NOTHING WAS AUDITED: the package registry returned no audit (${String(failure)})`);
} else {
  const grave = ["high", "critical"].map((name) => Number(member(counts, name) ?? 0)).reduce((sum, n) => sum + n, 0);
  console.log(`${grave} vulnerabilities of high or critical severity in shipped dependencies`);
  process.exitCode = grave === 0 ? 0 : 1;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
