/** Where the reductions of a nest accumulate, and what is done with the totals. */
import { isFloat, type DType } from '../../tensor/DType.js'
import type { Dims } from '../../tensor/dims.js'
import { nothing, sequence } from '../encode/control.js'
import { type Place, type Statement } from '../encode/value.js'
import type { Reduction } from '../kernel/kernel.js'
import {
  accumulatorOf,
  filled,
  inRegisters,
  intoMemory,
  intoSums,
  isCompensated,
  rounded,
  settled,
  type Accumulation
} from './accumulate.js'
import { block, last, type Emission } from './emission.js'
import { binaryLanes, convertLanes, literal, type Lanes, type Vector } from './lanes.js'
import { storeLanes } from './memory.js'
import { widthOf } from '../kernel/width.js'

export interface Reducing {
  readonly source: Reduction
  readonly steps: Dims
  /** The first of the innermost loops along which everything goes into one result. */
  readonly depth: number
  /** Whether a result is added to more than once from there. */
  readonly again: boolean
  readonly registers: Accumulation | undefined
  /** Where results are accumulated, in elements of the accumulator. */
  readonly address: number
  /** Where what they lose is kept, if it is. */
  readonly lost: number | undefined
}

export const reducing = (e: Emission): ReadonlyArray<Reducing> => {
  let scratch = 0
  const wants = e.nest.reductions.map((source, i) => {
    const steps = e.loops.reductions[i]!
    // Where the next row is written over this one, that the loops over rows do not step is no return to the same result.
    const first = e.passing.has(source.access.buffer) ? e.depth : 0
    const depth = steps.length - [...steps].reverse().findIndex((s) => s !== 0)
    const inner = steps.every((s) => s === 0) ? first : depth
    const again = steps.slice(first, inner).includes(0)
    const inScratch = again && accumulatorOf(source.op, source.dtype) !== source.dtype
    const isLossy = again && isCompensated(source.op, source.dtype)
    const at = scratch
    if (inScratch || isLossy) scratch += Math.ceil((e.site.sizeOf(source.access.buffer) * 8) / 16) * 16
    return { source, steps, inner, again, inScratch, isLossy, at }
  })
  const base = scratch === 0 ? 0 : e.site.scratch(scratch)
  return wants.map(({ source, steps, inner, again, inScratch, isLossy, at }) => ({
    source,
    steps,
    depth: inner,
    again,
    registers: inner < steps.length ? inRegisters(e.scope, source.op, source.dtype, e.width) : undefined,
    address: inScratch ? base + at : e.site.address(source.access.buffer),
    lost: isLossy ? base + at : undefined
  }))
}

const accumulatorPlace = (e: Emission, r: Reducing): Place =>
  r.again
    ? e.place(r.address, 0, widthOf(accumulatorOf(r.source.op, r.source.dtype)), r.steps)
    : e.place(r.address, 0, widthOf(r.source.dtype), r.steps)

/** Adds to results that are added to again. */
const addTo = (
  e: Emission,
  l: Lanes,
  r: Reducing,
  x: Vector,
  from: DType,
  step: number,
  lanes: number
): Statement =>
  r.lost === undefined
    ? intoMemory(l, r.source.op, from, x, { place: accumulatorPlace(e, r), step, lanes })
    : intoSums(l, x, accumulatorPlace(e, r), e.place(r.lost, 0, widthOf('f64'), r.steps), { step, lanes })

/** `lanes` elements, in the accumulator's dtype, to where results are. */
export const deliver = (
  e: Emission,
  l: Lanes,
  r: Reducing,
  x: Vector,
  from: DType,
  lanes: number
): Statement => {
  const { op, dtype } = r.source
  const step = last(r.steps)
  if (r.again) return addTo(e, l, r, x, from, step, lanes)
  // A sum of one element begins at 0 like all others, which -0 does not survive.
  const only = op === 'sum' && isFloat(from) ? binaryLanes.add(l, from, x, literal(from, 0)) : x
  return storeLanes(dtype, accumulatorPlace(e, r), l.once(convertLanes(from, dtype, only)), step, lanes)
}

/** The end of the reduced loops of those that are in registers. */
export const totals = (e: Emission, r: Reducing): Statement => {
  if (r.registers === undefined) return nothing
  const { list, once, context: l } = block(e, 1)
  const wide = accumulatorOf(r.source.op, r.source.dtype)
  const total = once(r.registers.total(l))
  const done = r.again
    ? addTo(e, l, r, total, wide, 0, 1)
    : storeLanes(
        r.source.dtype,
        accumulatorPlace(e, r),
        once(convertLanes(wide, r.source.dtype, total)),
        0,
        1
      )
  return sequence(...list, done)
}

/** Before all loops: accumulators in memory start; after them: they are rounded. */
export const accumulators = (e: Emission, rs: ReadonlyArray<Reducing>, way: 'before' | 'after'): Statement =>
  sequence(
    ...rs
      .filter((r) => r.again)
      .map(({ source, address, lost }) => {
        const count = e.site.sizeOf(source.access.buffer)
        if (way === 'before')
          return sequence(
            filled(e.scope, source.op, accumulatorOf(source.op, source.dtype), address, count),
            lost === undefined ? nothing : filled(e.scope, source.op, 'f64', lost, count)
          )
        if (lost !== undefined) return settled(e.scope, address, lost, count)
        return accumulatorOf(source.op, source.dtype) === source.dtype
          ? nothing
          : rounded(e.scope, address, e.site.address(source.access.buffer), count)
      })
  )
