import { Post } from "@acme/validators";

const written = [
  { title: "Ash", likes: "30" },
  { title: "A", likes: "1" },
];

export const posts = written.flatMap((post) => Post.safeParse(post).data ?? []);
