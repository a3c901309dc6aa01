import { createFileRoute } from "@tanstack/react-router";

export const Route = createFileRoute("/_reading/posts/$id")({ loader: ({ params }) => ({ title: `Post ${params.id}` }) });
