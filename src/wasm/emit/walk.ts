/** Ways through memory: pointers that move along with the loops. */
import type { Dims } from '../../tensor/dims.js'
import { sequence, type Local, type Locals } from '../encode/control.js'
import { i32, type Place, type Statement } from '../encode/value.js'

/** One way through memory, shared by all accesses that step alike. */
export interface Walk {
  readonly steps: Dims
  readonly width: number
  readonly start: number
  readonly pointer: Local<'i32'>
}

/** The walks of a function, made as they are asked for; so are their pointers. */
export const walker = (scope: Locals, make: () => Local<'i32'> = () => scope.add('i32')) => {
  const known = new Map<string, Walk>()
  const pointerOf = (steps: Dims, width: number, start: number): Local<'i32'> => {
    const key = `${width} ${start} ${steps.join()}`
    const walk = known.get(key) ?? { steps, width, start, pointer: make() }
    known.set(key, walk)
    return walk.pointer
  }
  /** Backwards, the beginning must be part of the pointer, lest that become negative. */
  const place = (address: number, offset: number, width: number, steps: Dims): Place => {
    if (steps.every((s) => s === 0)) return { base: i32.const(0), offset: address + offset * width }
    return steps.some((s) => s < 0)
      ? { base: pointerOf(steps, width, offset * width).get, offset: address }
      : { base: pointerOf(steps, width, 0).get, offset: address + offset * width }
  }
  return { place, walks: (): ReadonlyArray<Walk> => [...known.values()] }
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
