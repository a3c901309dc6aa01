import { z } from "./route.ts";

/**
 * The reasons why a file of an archive is not in the imported project, the most likely causes of a broken build first.
 */
export const skipReasons = [
  "file_too_large",
  "project_too_large",
  "environment",
  "link",
  "special_file",
  "binary_lockfile",
  "build_output",
  "dependencies",
  "cache",
  "version_control",
  "system_file",
] as const;
export type SkipReason = (typeof skipReasons)[number];

const reasonHelp = [
  "`file_too_large`: larger than the plan allows a file to be.",
  "`project_too_large`: an asset (image, font, video, …) that was left out since the project would be too large; the largest go first.",
  "`environment`: a file with keys (`.env`, `.dev.vars`); see the member `environment`.",
  "`dependencies`: installed packages (`node_modules`, `.yarn`), which package.json names.",
  "`version_control`: `.git` and the like.",
  "`build_output`: output that a build generates again (`dist`, `build`, `out`, `.next`, …) from sources in the archive.",
  "`cache`: the caches of tools (`.turbo`, `.cache`, …).",
  "`system_file`: files that an operating system adds (`.DS_Store`, `__MACOSX`, …).",
  "`binary_lockfile`: `bun.lockb`; save it as text with `bun install --save-text-lockfile`.",
  "`link`: a symbolic or a hard link.",
  "`special_file`: a device, a named pipe or a sparse file.",
].join(" ");

export const skippedFile = z
  .object({
    path: z.string().openapi({
      description: "The path in the project; a whole folder ends in a slash.",
      example: "dist/",
    }),
    bytes: z
      .int()
      .openapi({ description: "The unpacked size in bytes; for a folder, of all its files.", example: 81_920 }),
    reason: z.enum(skipReasons).openapi({ description: reasonHelp, example: "build_output" }),
  })
  .openapi("SkippedFile");
export type SkippedFile = z.infer<typeof skippedFile>;

export const proposedVariable = z
  .object({
    name: z.string().openapi({ description: "The proposed name.", example: "STRIPE_KEY" }),
    path: z.string().openapi({ description: "The file that contained it.", example: ".env" }),
    kind: z.enum(["variable", "secret", "refused"]).openapi({
      description: "The proposed kind. `refused`: a secret whose name makes it public; `reason` says more.",
    }),
    value: z
      .string()
      .optional()
      .openapi({ description: "The value of a variable. The value of a secret is not kept." }),
    reason: z.string().optional().openapi({ description: "Why it was refused, if it was." }),
  })
  .openapi("ProposedVariable");
export type ProposedVariable = z.infer<typeof proposedVariable>;

export const foundRoot = z
  .object({
    path: z.string().openapi({ description: "The folder; empty for the root of the repository.", example: "apps/web" }),
    framework: z
      .string()
      .nullable()
      .openapi({ description: "What builds it, such as `vite`, `next`, `workers` or `static`.", example: "vite" }),
    name: z.string().nullable().openapi({ description: "The name in its package.json.", example: "@acme/web" }),
  })
  .openapi("FoundRoot");

export const importReport = z
  .object({
    skipped: z.array(skippedFile).openapi({
      description: "The omitted files, at most 200 entries: those that a build may need come first.",
      example: [
        { path: "public/intro.mp4", bytes: 7_340_032, reason: "file_too_large" },
        { path: "node_modules/", bytes: 181_403_648, reason: "dependencies" },
        { path: "dist/", bytes: 81_920, reason: "build_output" },
      ],
    }),
    skippedTotal: z
      .int()
      .openapi({ description: "How many entries `skipped` would have without its limit.", example: 3 }),
    environment: z
      .array(proposedVariable)
      .default([])
      .openapi({
        description: "Variables and secrets of `.env` files, which are not stored: set those that the app needs.",
        example: [{ name: "STRIPE_KEY", path: ".env", kind: "secret" }],
      }),
    root: z
      .string()
      .nullable()
      .openapi({
        description:
          "The folder that is built, empty for the root of the repository, or null where no app was found. " +
          'It is kept in the project\'s file `edgesmith.json` as `{"root": "apps/web"}`; change it there.',
        example: "apps/web",
      }),
    roots: z.array(foundRoot).openapi({
      description: "The folders that could be built, the likeliest first.",
      example: [
        { path: "apps/web", framework: "vite", name: "@acme/web" },
        { path: "apps/admin", framework: "next", name: "@acme/admin" },
      ],
    }),
  })
  .openapi("ImportReport");
export type ImportReport = z.infer<typeof importReport>;
