/** Bytes from one place in memory to another. */
import { memoryCopy, sequence } from '../encode/control.js'
import { v128 } from '../encode/simd.js'
import { i32, type Place, type Statement, type Value } from '../encode/value.js'
import type { Transfer } from '../kernel/plan.js'

/** Up to so many bytes are copied by instructions of their own: hosts take longer to enter their function for it. */
const mostInline = 128

const widths = [16, 8, 4] as const

const moved = (width: number, to: Place, from: Place): Statement =>
  width === 16
    ? v128.store(to, v128.load(from))
    : width === 8
      ? v128.store64Lane(to, v128.load64Zero(from), 0)
      : i32.store(to, i32.load(from))

/** Pieces of 16 bytes and what is left: widths and where they begin. */
const pieces = (bytes: number): ReadonlyArray<readonly [number, number]> => {
  const out: Array<readonly [number, number]> = []
  let at = 0
  for (const width of widths) for (; at + width <= bytes; at += width) out.push([width, at])
  return out
}

/** Copies from one address to another; both are cheap to read. The places do not overlap. */
export const copyBytes = (to: Value<'i32'>, from: Value<'i32'>, bytes: number): Statement =>
  bytes > mostInline
    ? memoryCopy(to, from, bytes)
    : sequence(
        ...pieces(bytes).map(([width, at]) =>
          moved(width, { base: to, offset: at }, { base: from, offset: at })
        )
      )

/** Neighbours that move together are one transfer. */
export const joined = (transfers: ReadonlyArray<Transfer>): ReadonlyArray<Transfer> =>
  [...transfers]
    .sort((a, b) => a.from - b.from)
    .reduce<ReadonlyArray<Transfer>>((done, t) => {
      const last = done.at(-1)
      return last !== undefined && last.from + last.bytes === t.from && last.to + last.bytes === t.to
        ? [...done.slice(0, -1), { ...last, bytes: last.bytes + t.bytes }]
        : [...done, t]
    }, [])
