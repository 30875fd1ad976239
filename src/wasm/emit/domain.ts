/** The loops of a kernel: axes that every access walks as one are one loop. */
import type { Dims } from '../../tensor/dims.js'
import { dim } from '../../tensor/dims.js'

/** A domain and the steps of several walks through it. */
export interface Loops {
  readonly dims: Dims
  readonly walks: ReadonlyArray<Dims>
}

/** Whether axis `i` can be counted together with the one after it. */
const joins = (dims: Dims, walks: ReadonlyArray<Dims>, i: number): boolean =>
  walks.every((steps) => dim(steps, i) === dim(steps, i + 1) * dim(dims, i + 1))

/** Leaves out axes of size 1 and joins neighbours; a single point is one axis of size 1. */
export const coalesce = (domain: Dims, walks: ReadonlyArray<Dims>): Loops => {
  const kept = domain.flatMap((d, i) => (d === 1 ? [] : [i]))
  let dims = kept.map((i) => dim(domain, i))
  let steps = walks.map((w) => kept.map((i) => dim(w, i)))
  for (let i = dims.length - 2; i >= 0; i--) {
    if (!joins(dims, steps, i)) continue
    dims = [...dims.slice(0, i), dim(dims, i) * dim(dims, i + 1), ...dims.slice(i + 2)]
    steps = steps.map((w) => [...w.slice(0, i), ...w.slice(i + 1)])
  }
  return dims.length === 0 ? { dims: [1], walks: walks.map(() => [0]) } : { dims, walks: steps }
}
