/** Checkpointing of loops: the lengths of the chunks by which a derivative in reverse runs a loop again. */
/**
 * The lengths of chunks, the longest first, so that at most so many states are kept at a time: `m` on each of as few levels as there can be, where `m`
 * to the power of levels is no less than the length.
 */
export const chunksWithin = (budget: number, length: number): ReadonlyArray<number> => {
  for (let levels = 1; levels <= Math.log2(Math.max(length, 2)) + 1; levels++) {
    let base = 1
    while (base ** levels < length) base++
    if (levels * base <= budget) return Array.from({ length: levels - 1 }, (_, i) => base ** (levels - 1 - i))
  }
  return Array.from(
    { length: Math.ceil(Math.log2(length)) - 1 },
    (_, i) => 2 ** (Math.ceil(Math.log2(length)) - 1 - i)
  )
}

/** How many states are kept at a time by chunks of some lengths. */
export const statesOf = (chunks: ReadonlyArray<number>, length: number): number =>
  [...chunks, 1].map((size, i) => Math.ceil((chunks[i - 1] ?? length) / size)).reduce((a, b) => a + b, 0)
