import type { LiveViewer } from "../api/live-protocol.ts";
import { plural } from "../ui/format.ts";

export type OtherViewer = { key: string; kind: LiveViewer["kind"]; name: string; words: string };

/** Omits the files of the person's own other windows, which cannot be told apart from this page's. */
function viewerLabel({ kind, name, connections, files = [] }: LiveViewer, isSelf: boolean): string {
  if (isSelf) return connections === 1 ? "You, in another window" : `You, in ${connections} other windows`;
  const who = kind === "token" ? `${name} (API token)` : name;
  const where = files.length === 0 ? "" : `, in ${files.join(" and ")}`;
  if (connections === 1) return `${who}${where}`;
  const times = kind === "token" ? `on ${plural(connections, "connection")}` : `in ${plural(connections, "window")}`;
  // The files are those of all the viewer's windows.
  return `${who}, ${times}${where}`;
}

/** Returns the viewers other than this page, which is itself one of its user's connections. */
export function otherViewers(viewers: readonly LiveViewer[], selfId: string | undefined): OtherViewer[] {
  return viewers.flatMap((viewer) => {
    const isSelf = viewer.kind === "user" && viewer.id === selfId;
    const connections = viewer.connections - (isSelf ? 1 : 0);
    const { kind, id, name } = viewer;
    return connections < 1
      ? []
      : [{ key: `${kind} ${id}`, kind, name, words: viewerLabel({ ...viewer, connections }, isSelf) }];
  });
}

/** Returns the initials of a name, at most two letters. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends.map((word) => [...(word ?? "")][0]?.toUpperCase() ?? "").join("");
}
