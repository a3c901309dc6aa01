import { Moon, Sun } from "lucide-react";
import { useState } from "react";
import { IconButton } from "./button.tsx";
import { writeStored } from "./storage.ts";

const prefersDark = () => matchMedia("(prefers-color-scheme: dark)").matches;

const current = (): "light" | "dark" => {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return prefersDark() ? "dark" : "light";
};

export function ThemeToggle() {
  const [theme, setTheme] = useState(current);
  const other = theme === "dark" ? "light" : "dark";
  const change = () => {
    document.documentElement.dataset.theme = other;
    writeStored("local", "edgesmith-theme", other);
    setTheme(other);
    dispatchEvent(new Event("edgesmith-theme"));
  };
  return (
    <IconButton label={`Use the ${other} theme`} onClick={change}>
      {theme === "dark" ? <Sun size={16} /> : <Moon size={16} />}
    </IconButton>
  );
}
