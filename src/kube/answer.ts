/** No answer is as large; an object of the API server has 3 MB at most, and a list is asked for page by page. */
export const largestAnswer = 64 * 1024 * 1024;

/** An answer that is larger is not read to its end. */
export class AnswerTooLarge extends Error {
  readonly code = 'AnswerTooLarge';
}

/** The text of a body, read to its end; throws `AnswerTooLarge` at the first byte beyond `limit`, which ends it. */
export async function textWithin(limit: number, body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) throw new AnswerTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
