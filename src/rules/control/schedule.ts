/** What a loop keeps within a budget: the lengths of chunks, or the schedule of binomial checkpointing. */
import type { Dims } from '../../tensor/dims.js'

/** How many steps can go back with so many snapshots where none runs more often than `repeats` times: `C(snapshots + repeats, snapshots)`. */
const reach = (snapshots: number, repeats: number): number => {
  if (snapshots < 0 || repeats < 0) return 0
  const [few, many] = [Math.min(snapshots, repeats), Math.max(snapshots, repeats)]
  let product = 1
  for (let i = 1; i <= few; i++) product = (product * (many + i)) / i
  return product
}

/** After how many of the steps ahead the next snapshot is taken: as many as two can be split by so that both parts need the fewest runs. */
const ahead = (steps: number, snapshots: number): number => {
  let repeats = 1
  while (reach(snapshots, repeats) < steps) repeats++
  const most = Math.min(reach(snapshots, repeats - 1), steps - reach(snapshots - 1, repeats - 1))
  return Math.max(1, most)
}

/**
 * Where snapshots are taken, in the order of taking, while so many steps go back, one by one, with a budget of snapshots. The first one, before all steps,
 * is there and counts. Each step goes back from the latest one that is not behind it; while there is room, and way to go, a further one is taken.
 */
export const schedule = (length: number, budget: number): Dims => {
  const taken: Array<number> = []
  const held = [0]
  for (let step = length - 1; step >= 0; step--) {
    let place = held[held.length - 1] ?? 0
    while (held.length < budget && place < step) {
      place += ahead(step + 1 - place, budget - held.length + 1)
      taken.push(place)
      held.push(place)
    }
    if (place === step) held.pop()
  }
  return taken
}

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
