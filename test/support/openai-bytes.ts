/** What llama-server sends for `/v1/chat/completions` with `stream` and `stream_options.include_usage`. */

const head = `"created":1764372000,"id":"chatcmpl-7Yc1","model":"m","system_fingerprint":"b7180-1","object":"chat.completion.chunk"`;

/** The pieces of an answer, and its end where `finish` is given; one event each. */
export function chunks(pieces: readonly string[], finish?: 'stop' | 'length'): readonly string[] {
  const events = pieces.map(
    (text) => `{"choices":[{"finish_reason":null,"index":0,"delta":{"content":${JSON.stringify(text)}}}],${head}}`,
  );
  if (finish !== undefined) events.push(`{"choices":[{"finish_reason":"${finish}","index":0,"delta":{}}],${head}}`);
  return events.map((event) => `data: ${event}\n\n`);
}

/** A whole answer. */
export function streamed(pieces: readonly string[]): string {
  const role = `data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],${head}}\n\n`;
  const usage = `{"completion_tokens":${pieces.length},"prompt_tokens":31,"total_tokens":${31 + pieces.length}}`;
  const last = `data: {"choices":[],${head},"usage":${usage},"timings":{"prompt_n":31}}\n\n`;
  return [role, ...chunks(pieces, 'stop'), last, 'data: [DONE]\n\n'].join('');
}

/** What it answers to `/v1/models`. */
export function listOf(...models: readonly Readonly<Record<string, unknown>>[]): unknown {
  return { object: 'list', data: models.map((model) => ({ object: 'model', owned_by: 'llamacpp', ...model })) };
}
