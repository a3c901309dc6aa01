#!/usr/bin/env bash
# npm-pick-manifest 12.0.0 (how npm chooses a version) against semver 7.8.6, `maxSatisfying`.
#
# npm does not simply install the highest version in the range. It prefers the version tagged `latest` if that is in the range, and it puts
# deprecated versions and those whose `engines` exclude the running Node last. If a package has only prereleases, `*` means the one tagged
# `latest`, while `maxSatisfying` finds none. A resolver based on `maxSatisfying` builds different code than `npm install`.
#
# Seen: see the last lines.
# Way out: choose as npm does (preview/packages/packument.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error npm-pick-manifest@12.0.0 semver@7.8.6 > /dev/null
cat > run.mjs <<'JS'
import pickManifest from "npm-pick-manifest";
import semver from "semver";

function compare(name, range, latest, versions) {
  const manifests = Object.entries(versions).map(([version, more]) => [version, { name: "x", version, ...more }]);
  const packument = { name: "x", "dist-tags": { latest }, versions: Object.fromEntries(manifests) };
  const { version } = pickManifest(packument, range, { nodeVersion: "24.21.0" });
  console.log(`${name}: npm ${version}, maxSatisfying ${semver.maxSatisfying(Object.keys(versions), range)}`);
}
compare("tagged", "^1.0.0", "1.1.0", { "1.0.0": {}, "1.1.0": {}, "1.2.0": {} });
compare("deprecated", "^1.0.0", "2.0.0", { "1.0.0": {}, "1.1.0": { deprecated: "broken" }, "2.0.0": {} });
compare("engines", "^1.0.0", "2.0.0", { "1.0.0": {}, "1.1.0": { engines: { node: ">=26" } }, "2.0.0": {} });
compare("prereleases", "*", "1.0.0-rc.1", { "1.0.0-rc.1": {}, "1.0.0-rc.2": {} });
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'tagged: npm 1.1.0, maxSatisfying 1.2.0
deprecated: npm 1.0.0, maxSatisfying 1.1.0
engines: npm 1.0.0, maxSatisfying 1.1.0
prereleases: npm 1.0.0-rc.1, maxSatisfying null' ] || { echo "The behaviour has changed."; exit 1; }
