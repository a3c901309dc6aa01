import { createFileRoute, Outlet } from "@tanstack/react-router";

export const Route = createFileRoute("/_reading")({
  component: () => (
    <article>
      <Outlet />
    </article>
  ),
});
