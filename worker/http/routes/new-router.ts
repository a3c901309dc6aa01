import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../environment.ts";
import { refuseInvalid } from "../middleware/validation.ts";

/** Creates a router for one resource. */
export const newRouter = () => new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
