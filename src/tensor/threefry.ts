// Threefry-2x32 with 20 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011;
// known answers in Random123's kat_vectors. Streams follow JAX's partitionable scheme (its default since 0.5): the
// element at flat index i is the block of the 64-bit counter i, whatever the shape.

/** Skein's key schedule parity constant. */
const PARITY = 0x1bd11bda

const rotateLeft = (x: number, distance: number): number => (x << distance) | (x >>> (32 - distance))

/**
 * Enciphers the counter (x0, x1) under the key (k0, k1) into `out[at]`, `out[at + 1]`: five groups of four rounds, whose
 * rotation distances alternate, each followed by the next two words of the extended key and the group's number.
 */
const encipher = (k0: number, k1: number, x0: number, x1: number, out: Uint32Array, at: number): void => {
  let [key, next, last] = [k0, k1, k0 ^ k1 ^ PARITY]
  let a = (x0 + key) | 0
  let b = (x1 + next) | 0
  for (let group = 1; group <= 5; group++) {
    const odd = group % 2 === 1
    a = (a + b) | 0
    b = rotateLeft(b, odd ? 13 : 17) ^ a
    a = (a + b) | 0
    b = rotateLeft(b, odd ? 15 : 29) ^ a
    a = (a + b) | 0
    b = rotateLeft(b, odd ? 26 : 16) ^ a
    a = (a + b) | 0
    b = rotateLeft(b, odd ? 6 : 24) ^ a
    const first = key
    key = next
    next = last
    last = first
    a = (a + key) | 0
    b = (b + next + group) | 0
  }
  out[at] = a
  out[at + 1] = b
}

/**
 * One block of threefry-2x32 (20 rounds): the two unsigned words that the key (k0, k1) gives for the counter (x0, x1).
 *
 * @since 0.1.0
 * @category random
 */
export const threefry2x32 = (k0: number, k1: number, x0: number, x1: number): readonly [number, number] => {
  const out = new Uint32Array(2)
  encipher(k0, k1, x0, x1, out, 0)
  const [first = 0, second = 0] = out
  return [first, second]
}

/**
 * The blocks of the 64-bit counters 0 to n - 1, counter words (high, low), as a flat array of 2n words. Of it:
 *
 * - `split(key, n)[i]` is words 2i and 2i + 1;
 * - 32 random bits at index i are the exclusive or of the two;
 * - 64 random bits at index i are the first word above the second;
 * - `foldIn(key, data)` is the single block of the counter (0, data).
 *
 * @since 0.1.0
 * @category random
 */
export const threefryBlock = (k0: number, k1: number, n: number): Uint32Array => {
  const out = new Uint32Array(2 * n)
  // an array of 2n words has n < 2^32, so the counter's high word stays 0
  for (let i = 0; i < n; i++) encipher(k0, k1, 0, i, out, 2 * i)
  return out
}
