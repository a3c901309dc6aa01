import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AppKind } from "../../../worker/contract/index.ts";
import { getStagedApp } from "../api/publishing.ts";
import { keys } from "../api/queries.ts";

const titles: Record<AppKind, string> = { preview: "Preview", public: "Published app", staging: "Staged app" };

type Choice<Kind extends AppKind> = {
  /** The selected app; the first app once the selected staged app has been discarded. */
  app: Kind;
  choose(app: Kind): void;
  /** The existing apps; the staged app is included only while it exists. */
  apps: readonly Kind[];
};

/** Lets a person select one of a project's apps, by default the first. */
export function useAppChoice<Kind extends AppKind>(
  projectId: string,
  kinds: readonly [first: Kind, ...others: Kind[]],
): Choice<Kind> {
  const [chosen, choose] = useState<Kind>(kinds[0]);
  const { data } = useQuery({
    queryKey: keys.publishing(projectId, "staging"),
    queryFn: () => getStagedApp(projectId),
  });
  const apps = kinds.filter((kind) => kind !== "staging" || data?.staged != null);
  return { app: apps.includes(chosen) ? chosen : kinds[0], choose, apps };
}

type AppSelectProps<Kind extends AppKind> = Choice<Kind> & { label: string; className: string };

/** A select with a project's apps. */
export function AppSelect<Kind extends AppKind>({ app, choose, apps, label, className }: AppSelectProps<Kind>) {
  return (
    <select
      aria-label={label}
      className={`input w-auto py-1 ${className}`}
      value={app}
      onChange={({ currentTarget: { value } }) => {
        const chosen = apps.find((kind) => kind === value);
        if (chosen !== undefined) choose(chosen);
      }}
    >
      {apps.map((kind) => (
        <option key={kind} value={kind}>
          {titles[kind]}
        </option>
      ))}
    </select>
  );
}
