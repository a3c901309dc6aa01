import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { readyQuery, rememberedModel } from "../api/ready.ts";
import { IconButton } from "./button.tsx";
import { readStored, writeStored } from "./storage.ts";

const howTo =
  "Set ANTHROPIC_API_KEY for Claude, or ANTHROPIC_BASE_URL for any server that speaks the Messages API (Ollama, llama.cpp, LM Studio), and restart Edgesmith.";

/** Explains that no model is configured, so that scripted answers are used, and how to configure a model. */
export function NoticeBar() {
  const { data } = useQuery(readyQuery);
  const [before] = useState(rememberedModel);
  const model = data?.model ?? before;
  const [opened, setOpened] = useState(false);
  const [hidden, setHidden] = useState(() => readStored("session", "edgesmith-notice") === "hidden");
  if (model === undefined || !model.scripted || hidden) return null;
  const hide = () => {
    writeStored("session", "edgesmith-notice", "hidden");
    setHidden(true);
  };
  return (
    <aside
      aria-label="Model notice"
      className="flex items-start gap-3 border-b border-line bg-ember-wash px-4 py-1.5 text-xs sm:items-center sm:text-sm"
    >
      <p className="min-w-0 flex-1">
        <strong className="font-semibold">Demo mode:</strong> scripted answers to a few example prompts. Add an API key
        to build anything.{" "}
        <button
          type="button"
          aria-expanded={opened}
          className="font-medium underline underline-offset-3"
          onClick={() => setOpened(!opened)}
        >
          How
        </button>
        {opened && <span className="block">{howTo}</span>}
      </p>
      <IconButton label="Hide notice" onClick={hide}>
        <X size={15} />
      </IconButton>
    </aside>
  );
}
