import { z } from "zod/v4";

export const Post = z.object({ title: z.string().min(3), likes: z.coerce.number() });
