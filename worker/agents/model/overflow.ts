/**
 * Error messages that mean that a conversation exceeds the context: of Claude, Bedrock, Vertex, vLLM, Ollama,
 * llama.cpp, LM Studio, OpenRouter, OpenAI, GitHub's models, TGI and Moonshot. A too large `max_tokens` does not
 * count; a negative one is vLLM's remainder of a context that the conversation exceeds.
 */
const overflows = [
  /(prompt|input|request|conversation|messages?|context)( \([^)]*\))?( is| was| are)? (too (long|large|big|many)|longer)/i,
  /too (long|large) (for|to fit)/i,
  /exceeds?( the| your| this)?( model's| model)?( maximum| available| allowed| configured)? (context|prompt|input)/i,
  /maximum (context|model|prompt|input|sequence)[ _-]?(length|size|window|tokens?)/i,
  /(maximum|max)( allowed)? (number of )?(input|prompt) tokens/i,
  /maximum number of tokens allowed/i,
  /context[ _-]?(window|length|size|limit)/i,
  /too many (input |prompt )?tokens/i,
  /(input|prompt|request) (token count|length|tokens)[^.]* exceed/i,
  /(prompt|input|request) exceed(s|ed) (the )?(max|limit|model)/i,
  /max_tokens must be at least 1, got -\d/i,
  /inputs\W+tokens \+ \W*max_new_tokens\W+must be <=/i,
  /reduce the length of (the|your) (messages|prompt|input)/i,
  /tokens? to keep from the initial prompt|context (the )?overflows?/i,
  /range of input length/i,
];

const isAboutAnswer = /output tokens|max_tokens[^.]*(maximum|at most|less than or equal)|max_completion_tokens/i;

/** Whether a server's message means that the conversation exceeds the model's context. */
export const saysOverflow = (message: string): boolean =>
  overflows.some((words) => words.test(message)) &&
  !(isAboutAnswer.test(message) && !/context|prompt|input/i.test(message));
