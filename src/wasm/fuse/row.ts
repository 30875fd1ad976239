/** What lies in one row: the part of a buffer that belongs to one point of the outer axes. */
import { range, size, strides, type Dims } from '../../tensor/dims.js'
import type { Access, Element, Nest } from '../kernel/kernel.js'

/** A nest without axes of size 1. */
export const squeezed = (nest: Nest): Nest => {
  const kept = range(0, nest.domain.length).filter((i) => nest.domain[i] !== 1)
  if (kept.length === nest.domain.length) return nest
  const along = (a: Access): Access => ({ ...a, steps: kept.map((i) => a.steps[i] ?? 0) })
  const element = (e: Element): Element => {
    if (e._tag === 'Load') return { ...e, access: along(e.access) }
    if (e._tag !== 'Index') return e
    const axis = kept.indexOf(e.axis)
    return axis < 0 ? { _tag: 'Literal', dtype: e.dtype, value: e.start } : { ...e, axis }
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
  readonly way: 'read' | 'write' | 'add'
}

/** Whether an accumulator is left and come back to. */
const comesBack = ({ steps }: Access): boolean => {
  const inner = steps.length - [...steps].reverse().findIndex((s) => s !== 0)
  return steps.slice(0, inner).includes(0)
}

export const usesIn = ({ elements, stores, reductions }: Nest): ReadonlyArray<Use> => [
  ...elements.flatMap((e): ReadonlyArray<Use> =>
    e._tag === 'Load' ? [{ access: e.access, way: 'read' }] : []
  ),
  ...stores.map(({ access }): Use => ({ access, way: 'write' })),
  ...reductions.map(({ access }): Use => ({ access, way: comesBack(access) ? 'add' : 'write' }))
]

/** Elements of a buffer per row, if it is so divided. */
export const rowSize = (outer: Dims, whole: number): number => whole / size(outer)

/**
 * Whether a use stays in the row in which it is, where rows lie one behind the other from the beginning of the buffer to its end. As no use
 * leaves the buffer, none that steps from row to row leaves its row.
 */
export const staysInRow = (outer: Dims, whole: number, { access }: Use): boolean => {
  const length = rowSize(outer, whole)
  return strides(outer).every((rows, i) => access.steps[i] === rows * length)
}
