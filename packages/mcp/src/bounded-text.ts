/** Bytes that a message or an answer may have: more is kept in no memory, whoever sends it. */
const LIMIT = 4 * 1024 * 1024

/**
 * The text of a body in UTF-8.
 *
 * @returns undefined when it is longer than 4 MiB: the rest is not read then
 */
export async function boundedText(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const decoder = new TextDecoder()
  let text = ''
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    if (length > LIMIT) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** Not the stream's own iterator: ending that early waits for the other half of a clone, which nobody reads. */
export async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}
