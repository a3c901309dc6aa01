import { betterAuth } from "better-auth";

type Env = { DB: D1Database; BETTER_AUTH_SECRET: string };

export default {
  fetch(request, env) {
    const auth = betterAuth({
      database: env.DB,
      secret: env.BETTER_AUTH_SECRET,
      baseURL: new URL(request.url).origin,
      emailAndPassword: { enabled: true },
    });
    return auth.handler(request);
  },
} satisfies ExportedHandler<Env>;
