/**
 * Loop-invariant code motion, for the one thing that kernels do at every step with what is the same at all of them: a factor of matrix products that
 * tiles read in panels, such as the weights of a recurrence, is put in panels once, before the loop.
 */
import { panelsOf } from '../emit/product/tiling.js'
import type { Kernel, Lowered, Packing, Product } from '../kernel/kernel.js'
import { reads, writes } from '../kernel/uses.js'
import { size } from '../../tensor/dims.js'

/** Numbers of buffers that a program of so many values has not used. */
const unusedIn = ({ kernels, outputs, constants }: Lowered, values: number): number =>
  [
    ...kernels.flatMap((k) => [...reads(k), ...writes(k)]).map((u) => u.buffer),
    ...outputs,
    ...constants.keys()
  ].reduce((least, id) => Math.max(least, id + 1), values)

const keyOf = (p: Product): string =>
  [p.dtype, p.k, p.n, panelsOf(p)?.columns, p.b.buffer, p.b.offset, p.b.row, p.b.column].join()

/** How panels are filled from where a factor lies, if it is one that products would fill them from at every step, and they have no gaps. */
const packingOf = (p: Product, inside: number): Packing | undefined => {
  const panels = panelsOf(p)
  if (panels === undefined || p.batch !== 1) return undefined
  const { columns } = panels
  return {
    inside,
    dtype: p.dtype,
    shape: [p.n / columns, p.k, columns],
    from: { buffer: p.b.buffer, offset: p.b.offset, steps: [columns * p.b.column, p.b.row, p.b.column] }
  }
}

const onPacked = (p: Product, { inside, shape: [, , columns = 1] }: Packing): Product => ({
  ...p,
  packed: true,
  b: { buffer: inside, offset: 0, batch: 0, row: columns, column: 1 }
})

/** The program of a step that reads packed factors, and how these are made; `isSame` says which buffers are the same at every step. */
export const packedOnce = (
  lowered: Lowered,
  values: number,
  isSame: (buffer: number) => boolean
): { readonly lowered: Lowered; readonly packed: ReadonlyArray<Packing> } => {
  const first = unusedIn(lowered, values)
  const packings = new Map<string, Packing>()
  const kernels = lowered.kernels.map((k): Kernel => {
    if (k._tag !== 'Product' || !isSame(k.b.buffer)) return k
    const packing = packings.get(keyOf(k)) ?? packingOf(k, first + packings.size)
    if (packing === undefined) return k
    packings.set(keyOf(k), packing)
    return onPacked(k, packing)
  })
  const own = new Map([...packings.values()].map((p) => [p.inside, p]))
  return {
    lowered: {
      ...lowered,
      kernels,
      buffer: (id) => {
        const packing = own.get(id)
        return packing === undefined
          ? lowered.buffer(id)
          : { dtype: packing.dtype, size: size(packing.shape) }
      }
    },
    packed: [...own.values()]
  }
}
