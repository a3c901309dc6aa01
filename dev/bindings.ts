// Generates the types of both Workers' bindings from their wrangler.toml; `--check` reports whether they are up to
// date. `--check` also compares the options, so both modes use the same ones.
import { spawn } from "node:child_process";

const workers = [
  { config: "wrangler.toml", path: "worker/http/bindings.d.ts", name: "ApiBindings" },
  { config: "preview/wrangler.toml", path: "preview/bindings.d.ts", name: "PreviewBindings" },
];
const more = process.argv.slice(2);

const ended = await Promise.all(
  workers.map(({ config, path, name }) => {
    const options = ["--include-runtime=false", "--strict-vars=false", `--env-interface=${name}`];
    const child = spawn("wrangler", ["types", path, `--config=${config}`, ...options, ...more], { stdio: "inherit" });
    return new Promise<number | null>((end, broken) => child.once("close", end).once("error", broken));
  }),
);
if (ended.some((code) => code !== 0)) {
  console.error("The types of the bindings are out of date, or could not be generated: npm run types:bindings");
  process.exitCode = 1;
}
