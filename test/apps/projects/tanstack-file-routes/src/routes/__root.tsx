import { createRootRoute, Link, Outlet } from "@tanstack/react-router";

export const Route = createRootRoute({
  component: () => (
    <main>
      <Link to="/posts/$id" params={{ id: "7" }}>
        Seventh
      </Link>
      <Outlet />
    </main>
  ),
});
