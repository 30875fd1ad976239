/** Ways through memory: pointers that move along with the loops. */
import type { Dims } from '../../tensor/dims.js'
import { sequence, type Local, type Locals } from '../encode/control.js'
import { i32, type Place, type Statement, type Value } from '../encode/value.js'
import type { Moved } from './site.js'

/** One way through memory, shared by all accesses that step alike. */
export interface Walk {
  readonly steps: Dims
  readonly width: number
  /** Where it begins, each time that the loops are entered. */
  readonly from: Value<'i32'>
  readonly pointer: Local<'i32'>
}

/** How far from its beginning an access is, in bytes. */
export type Distance = (steps: Dims, width: number, start: number, moved?: Moved) => Value<'i32'>

/** The place of an element of which an address, an offset in elements and steps are known. */
export type Placing = (address: number, offset: number, width: number, steps: Dims, moved?: Moved) => Place

/** Loops in which others stand: so many of the outermost, and how far they have come. */
export interface Outside {
  readonly depth: number
  readonly distance: Distance
}

const behind = (start: number, moved: Moved | undefined): Value<'i32'> =>
  moved === undefined ? i32.const(start) : i32.add(moved.bytes, i32.const(start))

export const outermost: Outside = { depth: 0, distance: (_, __, start, moved) => behind(start, moved) }

const stands = (steps: Dims): boolean => steps.every((s) => s === 0)

/** The walks of a function or of a part of it, made as they are asked for; so are their pointers. */
export const walker = (
  scope: Locals,
  outside: Outside = outermost,
  make: () => Local<'i32'> = () => scope.add('i32')
) => {
  const known = new Map<string, Walk>()
  const distance: Distance = (steps, width, start, moved) => {
    const from = outside.distance(steps.slice(0, outside.depth), width, start, moved)
    if (stands(steps.slice(outside.depth))) return from
    const key = `${width} ${start} ${steps.join()} ${moved?.name ?? ''}`
    const walk = known.get(key) ?? { steps, width, from, pointer: make() }
    known.set(key, walk)
    return walk.pointer.get
  }
  /** Backwards, the beginning must be part of the pointer, lest that become negative. */
  const place: Placing = (address, offset, width, steps, moved) => {
    const start = steps.some((s) => s < 0) ? offset * width : 0
    return { base: distance(steps, width, start, moved), offset: address + offset * width - start }
  }
  return { distance, place, walks: (): ReadonlyArray<Walk> => [...known.values()] }
}

const last = (steps: Dims): number => steps.at(-1) ?? 0

/** Moves on by so many points of the innermost loop. */
export const advance = (walks: ReadonlyArray<Walk>, points: number): Statement =>
  sequence(
    ...walks.flatMap((w) => {
      const by = last(w.steps) * points * w.width
      return by === 0 ? [] : [w.pointer.set(i32.add(w.pointer.get, i32.const(by)))]
    })
  )
