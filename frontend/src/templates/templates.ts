import type { ProjectInput } from "../../../worker/contract/index.ts";

export type TemplateName = NonNullable<ProjectInput["template"]>;

type Template = { title: string; text: string };

/**
 * The description of each template. A record, so that a template added to the contract is a type error until it has
 * one.
 */
export const templates: Record<Exclude<TemplateName, "blank">, Template> = {
  dashboard: { title: "Dashboard", text: "Figures, a chart and a table with filters." },
  landing: { title: "Landing page", text: "A headline, features, pricing and questions." },
  booking: { title: "Booking form", text: "Visitors book a free hour. Each hour goes to one person." },
  kanban: { title: "Kanban board", text: "Cards in columns, moved by drag or by keyboard." },
  quiz: { title: "Quiz", text: "Questions with explanations, and a score at the end." },
  recipes: { title: "Recipe collection", text: "Recipes to search, with portions that scale." },
  blog: { title: "Blog", text: "Articles in Markdown, one file each." },
  chat: { title: "Chat with sign-in", text: "One room for everyone who signs in, over WebSockets." },
  "photo-wall": { title: "Photo wall", text: "Visitors upload pictures, and the app stores them." },
  newsletter: { title: "Newsletter", text: "Confirmed email addresses, and a daily email." },
  "react-shadcn": {
    title: "React and shadcn/ui",
    text: "A page of components in Tailwind CSS, ready for forms and lists.",
  },
  "hono-react": { title: "React with an API", text: "A React page and a Hono server that share their types." },
  fullstack: { title: "Plain full stack", text: "A page without a framework, and a server with its own database." },
  vue: { title: "Vue", text: "Single-file components and TypeScript." },
  svelte: { title: "Svelte", text: "Small components that compile away." },
  static: { title: "Static page", text: "One HTML page and a style sheet to build on." },
};

const isTemplate = (name: string): name is keyof typeof templates => Object.hasOwn(templates, name);

/** The names of the templates, in display order. */
export const templateNames = Object.keys(templates).filter(isTemplate);
