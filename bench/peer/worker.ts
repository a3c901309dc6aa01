// A chat as in the SDK's own guide, in its default, resumable mode. It has no tools and no system prompt, so its
// requests to the model are smaller than Edgesmith's.
import { createAnthropic } from "@ai-sdk/anthropic";
import { AIChatAgent, type OnChatMessageOptions } from "@cloudflare/ai-chat";
import { routeAgentRequest } from "agents";
import { convertToModelMessages, streamText } from "ai";

type Env = { ChatAgent: DurableObjectNamespace<ChatAgent>; MODEL_URL: string };

export class ChatAgent extends AIChatAgent<Env> {
  override async onChatMessage(_onFinish: unknown, options?: OnChatMessageOptions): Promise<Response> {
    const anthropic = createAnthropic({ baseURL: `${this.env.MODEL_URL}/v1`, apiKey: "scripted" });
    const answer = streamText({
      model: anthropic("edgesmith-scripted"),
      // Without it the provider logs a warning about an unknown model at every message.
      maxOutputTokens: 1_000,
      messages: await convertToModelMessages(this.messages),
      ...(options?.abortSignal && { abortSignal: options.abortSignal }),
    });
    return answer.toUIMessageStreamResponse();
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
  },
};
