import "@acme/ui/styles";
import { Button } from "@acme/ui/button";
import { createRoot } from "react-dom/client";
import { posts } from "~/posts";

createRoot(document.querySelector("#root")!).render(
  <main>
    {posts.map(({ title, likes }) => (
      <Button key={title} className="post">
        {title}: {likes + 1}
      </Button>
    ))}
  </main>,
);
