import { expect, it } from "vitest";
import { leftOutWarnings } from "../../preview/app/left-out-files.ts";

it("leftOutWarnings names the assets that were not sent to the build, but for those that no source can name", () => {
  const beyond = [
    { path: "public/tree.glb", bytes: 2_000_000 },
    { path: "attached_assets/chat.png", bytes: 3_000_000, isUnnamed: true },
  ];
  const warnings = leftOutWarnings({ projectId: "prj_1", revision: 1, files: [], beyond }, [], "");
  expect(warnings.map(({ path, severity }) => [path, severity])).toEqual([["public/tree.glb", "warning"]]);
});
