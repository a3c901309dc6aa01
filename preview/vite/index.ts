// Vite's conventions as functions of a project's files: what a build needs beside the bundler.
export { type DefineOptions, type Defines, defineOf, defines } from "./define.ts";
export { DEFAULT_ENV_PREFIXES, type Env, type EnvOptions, type Mode, readEnv } from "./env.ts";
