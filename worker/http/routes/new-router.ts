import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../environment.ts";
import { refuseInvalid } from "../middleware/validation.ts";

/** A router for one noun. */
export const newRouter = () => new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
