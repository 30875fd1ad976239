/**
 * How much is done at a time by nests that go through rows together. Row by row, each sum would wait for the one before it; several rows at a
 * time keep the processor as busy as passes over everything do, and what they hand on still stays in the nearest cache.
 */
import { size, type Dims } from '../../tensor/dims.js'
import type { Access, Element, Nest } from '../kernel/kernel.js'

/** Points of the largest stage that make a block, and when it pays. */
export interface Limits {
  readonly least: number
  readonly most: number
  /** A single row may have so many points: with more, what is handed on does not stay in a cache. */
  readonly longest: number
  /** Below so many points in all, nothing leaves the second cache in any case, and passes over everything are a little faster. */
  readonly whole: number
}

export const usual: Limits = { least: 1024, most: 4096, longest: 65536, whole: 131072 }

/** A nest with one axis in parts of so many points each. */
const cut = (nest: Nest, axis: number, part: number): Nest => {
  const along = <A extends { readonly access: Access }>(x: A): A => {
    const { steps } = x.access
    const cutSteps = [...steps.slice(0, axis), (steps[axis] ?? 0) * part, ...steps.slice(axis)]
    return { ...x, access: { ...x.access, steps: cutSteps } }
  }
  const element = (e: Element): Element =>
    e._tag === 'Load' ? along(e) : e._tag === 'Index' && e.axis > axis ? { ...e, axis: e.axis + 1 } : e
  const whole = nest.domain[axis] ?? 1
  return {
    ...nest,
    domain: [...nest.domain.slice(0, axis), whole / part, part, ...nest.domain.slice(axis + 1)],
    elements: nest.elements.map(element),
    stores: nest.stores.map(along),
    reductions: nest.reductions.map(along)
  }
}

/** A position along an axis is not known from the part and the place in it alone. */
const counts = ({ elements }: Nest, axis: number): boolean =>
  elements.some((e) => e._tag === 'Index' && e.axis === axis)

/** Rows at a time, at most as many as may be; `undefined` where it does not pay. */
const partOf = (outer: Dims, stages: ReadonlyArray<Nest>, limits: Limits): number | undefined => {
  const row = stages.reduce((n, s) => Math.max(n, size(s.domain.slice(outer.length))), 1)
  const last = outer.length - 1
  const whole = stages.some((s) => counts(s, last)) ? 1 : (outer[last] ?? 1)
  let part = 1
  for (let n = 2; n * row <= limits.most && n <= whole; n++) if (whole % n === 0) part = n
  const pays = part * row >= limits.least && row <= limits.longest && size(outer) * row >= limits.whole
  return pays && size(outer) > part ? part : undefined
}

/** Common outer axes and stages, block by block. */
export interface Blocks {
  readonly outer: Dims
  readonly stages: ReadonlyArray<Nest>
}

export const blocksOf = (outer: Dims, stages: ReadonlyArray<Nest>, limits: Limits): Blocks | undefined => {
  const part = partOf(outer, stages, limits)
  const last = outer.length - 1
  if (part === undefined || part === 1) return part === undefined ? undefined : { outer, stages }
  return {
    outer: [...outer.slice(0, last), (outer[last] ?? 1) / part],
    stages: stages.map((s) => cut(s, last, part))
  }
}
