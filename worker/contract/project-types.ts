import { z } from "./route.ts";

const declaredFile = z.object({ path: z.string(), content: z.string() });

const packageTypes = z.object({
  key: z.string().openapi({ description: "Identifies the packages' versions; send it as `known` the next time." }),
  complete: z
    .boolean()
    .openapi({ description: "Whether every declaration is included; the response has at most 12 MB." }),
  files: z
    .array(declaredFile)
    .nullable()
    .openapi({ description: "The declarations, with the standard library's; null when `known` is their key." }),
});

/** The inputs of the type checker for a revision, from which an editor completes and describes code. */
export const projectTypes = z
  .object({
    revision: z.int(),
    options: z
      .record(z.string(), z.unknown())
      .openapi({ description: "The type checker's compiler options, as in tsconfig.json." }),
    files: z.array(declaredFile).openapi({ description: "The project's own scripts and JSON files." }),
    packages: packageTypes.openapi({ description: "The type declarations of the packages that the project imports." }),
  })
  .openapi("ProjectTypes");
export type ProjectTypes = z.infer<typeof projectTypes>;
