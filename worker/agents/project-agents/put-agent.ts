import type { Context } from "../../accounts/index.ts";
import { type Agent, maxAgentBytes, maxOwnAgents } from "../../contract/index.ts";
import { executeIdempotentBatch } from "../../database/index.ts";
import { AppError } from "../../errors.ts";
import { parseAgentFile } from "../agent-file.ts";
import { lockProject, upsertAgent } from "./store.ts";

type Input = { projectId: string; name: string; content: string };

/**
 * Adds an agent to a project, or replaces the agent with that name.
 * @param content the agent's Markdown file
 * @throws AppError `invalid_agent` with line and field, `payload_too_large`, `not_found`, `conflict` (too many)
 */
export async function putAgent({ database, actor }: Context, { projectId, name, content }: Input): Promise<Agent> {
  const bytes = new TextEncoder().encode(content).length;
  if (bytes > maxAgentBytes) {
    throw new AppError(
      "payload_too_large",
      `An agent's file can have at most ${maxAgentBytes} bytes; this file has ${bytes}.`,
      {
        members: { bytes, limit: maxAgentBytes },
      },
    );
  }
  const agent = parseAgentFile(content, `${name}.md`);
  if (agent.name !== name) throw otherName(content, agent.name, name);
  const key = { projectId, ownerId: actor.ownerId };
  const [held, written] = await executeIdempotentBatch(database, [
    lockProject(database, key),
    upsertAgent(database, key, agent, content),
  ] as const);
  if (held.length === 0) throw new AppError("not_found", "Project not found.");
  if (written.rows.length === 0) {
    throw new AppError("conflict", `A project can have at most ${maxOwnAgents} custom agents.`, {
      members: { limit: maxOwnAgents },
    });
  }
  return { ...agent, projectId };
}

function otherName(content: string, named: string, addressed: string): AppError {
  const line = content.split(/\r?\n/).findIndex((text) => /^\s*["']?name["']?\s*:/.test(text)) + 1;
  const detail = `Line ${line}: the name is “${named}”, but the URL says “${addressed}”.`;
  return new AppError("invalid_agent", detail, {
    errors: [{ pointer: "/name", code: "invalid_agent", detail, line }],
  });
}
