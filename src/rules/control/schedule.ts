/** The schedule of binomial checkpointing. */
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
