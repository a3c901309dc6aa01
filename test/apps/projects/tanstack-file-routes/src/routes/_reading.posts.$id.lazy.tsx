import { createLazyFileRoute } from "@tanstack/react-router";

export const Route = createLazyFileRoute("/_reading/posts/$id")({ component: Post });

function Post() {
  const { title } = Route.useLoaderData();
  return <h1>{title}</h1>;
}
