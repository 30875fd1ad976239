/** What lies in one row: the part of a buffer that belongs to one point of the outer axes. */
import { range, size, strides, type Dims } from '../../tensor/dims.js'
import type { Access, Element, Nest } from '../lower/kernel.js'

/** A nest without axes of size 1. */
export const squeezed = (nest: Nest): Nest => {
  const kept = range(0, nest.domain.length).filter((i) => nest.domain[i] !== 1)
  if (kept.length === nest.domain.length) return nest
  const along = (a: Access): Access => ({ ...a, steps: kept.map((i) => a.steps[i] ?? 0) })
  const element = (e: Element): Element => {
    if (e._tag === 'Load') return { ...e, access: along(e.access) }
    if (e._tag !== 'Index') return e
    const axis = kept.indexOf(e.axis)
    return axis < 0 ? { _tag: 'Literal', dtype: e.dtype, value: 0 } : { ...e, axis }
  }
  return {
    ...nest,
    domain: kept.map((i) => nest.domain[i] ?? 1),
    elements: nest.elements.map(element),
    stores: nest.stores.map((s) => ({ ...s, access: along(s.access) })),
    reductions: nest.reductions.map((r) => ({ ...r, access: along(r.access) }))
  }
}

/** A use of a buffer by a nest. */
export interface Use {
  readonly access: Access
  readonly domain: Dims
  readonly way: 'read' | 'write' | 'add'
}

/** Whether an accumulator is left and come back to. */
const comesBack = ({ steps }: Access): boolean => {
  const inner = steps.length - [...steps].reverse().findIndex((s) => s !== 0)
  return steps.slice(0, inner).includes(0)
}

export const usesIn = ({ domain, elements, stores, reductions }: Nest): ReadonlyArray<Use> => [
  ...elements.flatMap((e): ReadonlyArray<Use> =>
    e._tag === 'Load' ? [{ access: e.access, domain, way: 'read' }] : []
  ),
  ...stores.map(({ access }): Use => ({ access, domain, way: 'write' })),
  ...reductions.map(({ access }): Use => ({ access, domain, way: comesBack(access) ? 'add' : 'write' }))
]

/** Elements of a buffer per row, if it is so divided. */
export const rowSize = (outer: Dims, whole: number): number => whole / size(outer)

/** Whether a use stays in the row in which it is, where rows lie one behind the other from the beginning of the buffer to its end. */
export const staysInRow = (outer: Dims, whole: number, { access, domain }: Use): boolean => {
  const length = rowSize(outer, whole)
  const dense = strides(outer)
  const own = access.steps.slice(outer.length)
  const reach = (sign: 1 | -1): number =>
    own.reduce((sum, s, i) => sum + Math.max(0, sign * s) * ((domain[outer.length + i] ?? 1) - 1), 0)
  return (
    Number.isInteger(length) &&
    outer.every((_, i) => access.steps[i] === (dense[i] ?? 1) * length) &&
    access.offset - reach(-1) >= 0 &&
    access.offset + reach(1) < length
  )
}
