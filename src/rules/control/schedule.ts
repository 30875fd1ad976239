/** The schedule of binomial checkpointing. */
import type { Dims } from '../../tensor/dims.js'

/** A schedule by columns. Of snapshots to take, those of a step lie from the end of the one before it, on the way back, to its own. */
export interface Schedule {
  /** For each step: the snapshot that is nearest before it, where that was taken, and the end of those that are taken from there on. */
  readonly slots: Dims
  readonly places: Dims
  readonly ends: Dims
  /** For each snapshot: where it is taken, and the slot that it has. */
  readonly taken: Dims
  readonly into: Dims
}

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

/** How `length` steps go back with `budget` snapshots, of which the first one, before all steps, is there. */
export const schedule = (length: number, budget: number): Schedule => {
  const [slots, places, ends] = [0, 0, 0].map(() => Array.from({ length }, () => 0)) as [
    Array<number>,
    Array<number>,
    Array<number>
  ]
  const taken: Array<number> = []
  const into: Array<number> = []
  const stack = [0]
  for (let step = length - 1; step >= 0; step--) {
    while (stack[stack.length - 1]! > step) stack.pop()
    slots[step] = stack.length - 1
    places[step] = stack[stack.length - 1]!
    for (let place = places[step]!; stack.length < budget && place < step; stack.push(place)) {
      place += ahead(step + 1 - place, budget - stack.length + 1)
      taken.push(place)
      into.push(stack.length)
    }
    ends[step] = taken.length
  }
  return { slots, places, ends, taken, into }
}
