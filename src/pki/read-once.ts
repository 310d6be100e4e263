import { LRUCache } from 'lru-cache';

/**
 * A pure reading that remembers its answers to the texts that it was asked last: within a moment the same certificate is
 * looked at by whoever issues, stores, judges and sends it, and asn1js takes half a millisecond for each look. Bounded
 * by the length of the texts. What throws is not remembered.
 */
export function readOnce<Value extends object>(read: (text: string) => Value): (text: string) => Value {
  const answers = new LRUCache<string, Value>({
    max: 256,
    maxSize: 512 * 1024,
    sizeCalculation: (_, text) => text.length + 1,
    memoMethod: read,
  });
  return (text) => answers.memo(text);
}
