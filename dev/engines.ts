// `npm run test:engines`: runs the main job in Firefox and WebKit from Debian's packages, and installs those that are
// missing. Passes further arguments to Vitest: `npm run test:engines -- -t WebKit`.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Each package with a file whose presence shows that it is installed. */
const packages = {
  "firefox-esr": "/usr/bin/firefox-esr",
  "webkit2gtk-driver": "/usr/bin/WebKitWebDriver",
  xvfb: "/usr/bin/Xvfb",
};

const missing = Object.entries(packages).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
if (missing.length > 0) install(missing);

const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const args = [vitest, "run", "--project", "engines", ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.once("close", (code) => process.exit(code ?? 1));

function install(names: string[]): void {
  console.log(`Installing ${names.join(", ")} from Debian's packages.`);
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const rest of [
    ["apt-get", "update"],
    ["apt-get", "install", "-y", "--no-install-recommends", ...names],
  ]) {
    const [command = "", ...others] = [...asRoot, ...rest];
    const { status, error } = spawnSync(command, others, { stdio: "inherit", env });
    if (status === 0) continue;
    console.error(
      `The browsers could not be installed${error ? `: ${error.message}` : ""}. It takes Debian or Ubuntu.`,
    );
    process.exit(1);
  }
}
