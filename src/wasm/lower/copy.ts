/** Kernels that only move elements. */
import type { DType } from '../../tensor/DType.js'
import { strides, type Dims } from '../../tensor/dims.js'
import type { Access, Element, Nest, Work } from '../kernel/kernel.js'
import { isDense } from '../kernel/view.js'
import type { Context } from './context.js'

export const simple = (name: string, domain: Dims, element: Element, to: Access): Nest => ({
  _tag: 'Nest',
  name,
  domain,
  elements: [element],
  stores: [{ element: 0, access: to }],
  reductions: []
})

/** Sums are stored as they are. */
export const stored = (dtype: DType, domain: Dims, buffer: number, steps = strides(domain)): Work => ({
  domain,
  elements: [{ _tag: 'Accumulator', dtype }],
  stores: [{ element: 0, access: { buffer, offset: 0, steps } }],
  reductions: []
})

/** Where sums are stored as they are, if that is all. */
export const storedAt = ({ elements, stores, reductions }: Work): Access | undefined =>
  elements.length === 1 && stores.length === 1 && reductions.length === 0 ? stores[0]?.access : undefined

/** The buffer in which sums are stored as they are and in order, if that is all. */
export const storedIn = (work: Work): number | undefined => {
  const access = storedAt(work)
  return access !== undefined && isDense({ ...access, base: access.buffer }, work.domain)
    ? access.buffer
    : undefined
}

export const copied = (name: string, domain: Dims, dtype: DType, from: Access, to: Access): Nest =>
  simple(name, domain, { _tag: 'Load', dtype, access: from }, to)

/** A place in memory that begins with a value and holds it in order: its own, or a copy. */
export const settled = (c: Context, k: number): readonly [Access, ReadonlyArray<Nest>] => {
  const [view, { shape, dtype }] = [c.access(k), c.aval(k)]
  if (isDense({ ...view, base: view.buffer }, shape)) return [c.dense(view.buffer), []]
  const to = c.temporary(dtype, shape)
  return [to, [copied('copy', shape, dtype, view, to)]]
}
