/** Threefry-2x32 with 20 rounds, four counters at a time: see `tensor/threefry`. */
import { counted, locals, nothing, sequence, type Func, type Local } from '../encode/control.js'
import { i32x4, shuffle32, v128 } from '../encode/simd.js'
import { i32, type Statement, type Value } from '../encode/value.js'
import type { Bits } from '../kernel/kernel.js'
import { storeLanes } from './memory.js'
import type { Site } from './site.js'

const parity = 0x1bd11bda
const rotations: ReadonlyArray<ReadonlyArray<number>> = [
  [13, 15, 26, 6],
  [17, 29, 16, 24]
]
type Vector = Value<'v128'>

const rotated = (x: Vector, by: number): Vector =>
  v128.or(i32x4.shl(x, i32.const(by)), i32x4.shrU(x, i32.const(32 - by)))

const rounds = (
  keys: readonly [Local<'v128'>, Local<'v128'>, Local<'v128'>],
  a: Local<'v128'>,
  b: Local<'v128'>
): Statement => {
  const key = (k: number): Vector => keys[k % 3]!.get
  const group = (g: number): Statement =>
    sequence(
      ...(rotations[(g - 1) % 2] ?? []).map((by) =>
        sequence(a.set(i32x4.add(a.get, b.get)), b.set(v128.xor(rotated(b.get, by), a.get)))
      ),
      a.set(i32x4.add(a.get, key(g))),
      b.set(i32x4.add(i32x4.add(b.get, key(g + 1)), i32x4.const(g)))
    )
  return sequence(
    a.set(i32x4.add(a.get, key(0))),
    b.set(i32x4.add(b.get, key(1))),
    ...[1, 2, 3, 4, 5].map(group)
  )
}

/** Words of `lanes` counters, the two of each side by side. */
const storeWords = (out: Local<'i32'>, address: number, a: Vector, b: Vector, lanes: number): Statement => {
  const low = storeLanes(
    'u32',
    { base: out.get, offset: address },
    shuffle32(a, b, [0, 4, 1, 5]),
    1,
    Math.min(4, 2 * lanes)
  )
  if (lanes <= 2) return low
  const place = { base: out.get, offset: address + 16 }
  return sequence(low, storeLanes('u32', place, shuffle32(a, b, [2, 6, 3, 7]), 1, 2 * lanes - 4))
}

export const emitBits = (site: Site, k: Bits): Func => {
  const scope = locals()
  const [a, b] = [scope.add('v128'), scope.add('v128')]
  const keys = [scope.add('v128'), scope.add('v128'), scope.add('v128')] as const
  const [out, owner, from, counter] = [scope.add('i32'), scope.add('i32'), scope.add('i32'), scope.add('i32')]
  const [key, to] = [site.address(k.x.buffer), site.address(k.out.buffer)]
  const some = (lanes: number): Statement =>
    sequence(
      a.set(i32x4.const(0)),
      b.set(i32x4.add(i32x4.splat(counter.get), i32x4.lanes(0, 1, 2, 3))),
      rounds(keys, a, b),
      storeWords(out, to, a.get, b.get, lanes),
      out.set(i32.add(out.get, i32.const(8 * lanes)))
    )
  const [full, rest] = [Math.floor(k.counters / 4) * 4, k.counters % 4]
  const one = sequence(
    keys[0].set(v128.load32Splat({ base: from.get, offset: key })),
    keys[1].set(v128.load32Splat({ base: from.get, offset: key + 4 })),
    keys[2].set(v128.xor(v128.xor(keys[0].get, keys[1].get), i32x4.const(parity))),
    full === 0 ? nothing : counted(counter, 0, full, 4, some(4)),
    rest === 0 ? nothing : sequence(counter.set(i32.const(full)), some(rest)),
    from.set(i32.add(from.get, i32.const(8)))
  )
  const body = sequence(out.set(i32.const(0)), from.set(i32.const(0)), counted(owner, 0, k.keys, 1, one))
  return { name: k.name, parameters: [], results: [], locals: scope.types(), body: body.code }
}
