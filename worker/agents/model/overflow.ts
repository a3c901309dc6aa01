/**
 * The words in which servers say that a conversation does not fit the model: Claude's, Bedrock's, Vertex', vLLM's, Ollama's,
 * llama.cpp's, LM Studio's, OpenRouter's and OpenAI's. (Not that an answer was asked for that is too long.)
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
  /input (token count|length|tokens)[^.]* exceed/i,
  /reduce the length of (the|your) (messages|prompt|input)/i,
  /tokens? to keep from the initial prompt|context (the )?overflows?/i,
  /range of input length/i,
];

const isAboutAnswer = /output tokens|max_tokens[^.]*(maximum|at most|less than or equal)|max_completion_tokens/i;

export const saysOverflow = (said: string): boolean =>
  overflows.some((words) => words.test(said)) && !(isAboutAnswer.test(said) && !/context|prompt|input/i.test(said));
