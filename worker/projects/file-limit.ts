import type { Plan } from "../billing/index.ts";

/**
 * Files that tools write and no person keeps small: lock files and type declarations. Their bytes do not count against a
 * project's either. It is a regular expression to JavaScript and to PostgreSQL alike.
 */
const generatedPaths =
  "(^|/)(package-lock\\.json|npm-shrinkwrap\\.json|yarn\\.lock|pnpm-lock\\.ya?ml|bun\\.lock|deno\\.lock|composer\\.lock|Gemfile\\.lock|Cargo\\.lock|poetry\\.lock|uv\\.lock|Pipfile\\.lock|go\\.sum|[^/]+\\.d\\.[cm]?ts)$";
/** So many of these bytes are not counted: a project's size keeps a limit whatever its files are called. */
export const maxUncountedBytes = 8 * 1024 * 1024;

const generated = new RegExp(generatedPaths);
const asset =
  /\.(png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|heic|woff2?|ttf|otf|eot|mp3|ogg|oga|wav|m4a|aac|flac|mp4|webm|mov|m4v|ogv|pdf|glb|gltf|dae|fbx|obj|mtl|stl|bin|drc|hdr|exr|ktx2?|basis|wasm|riv|csv|tsv|geojson|topojson|vtt|mid|sf2|onnx|tflite|task)$/i;
/** Scripts and data that a page loads as they are: those of the public folder, and what others have minified. */
const servedAsIs = /(^|\/)public\/|\.min\.(js|css)$/;
const ownLimitBytes = 2 * 1024 * 1024;

export const isGenerated = (path: string): boolean => generated.test(path);

/** Whether a file is an image, a font, a sound and the like, which nobody writes by hand. */
export const isAsset = (path: string): boolean => asset.test(path);

/** How many bytes a file may have: its owner's plan's; lock files, declarations, assets and what is served as it is have a limit of their own. */
export const fileLimit = (path: string, plan: Plan): number =>
  isGenerated(path) || isAsset(path) || servedAsIs.test(path)
    ? Math.max(ownLimitBytes, plan.fileBytes)
    : plan.fileBytes;

/** A project's limits, as the database's functions take them in their `meta`. */
export const treeLimits = (plan: Plan) => ({
  maxFiles: plan.filesPerProject,
  maxProjectBytes: plan.projectBytes,
  uncountedPaths: generatedPaths,
  maxUncountedBytes,
});
