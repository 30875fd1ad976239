/** One bit pattern for every NaN, as far as JavaScript sees results: machines differ in the patterns that they make. */
import type { FloatDType } from '../../tensor/DType.js'
import { local, locals, loopWhile, move, sequence, when, type Func, type Local } from '../encode/control.js'
import { i32x4, v128 } from '../encode/simd.js'
import { i32, type Statement } from '../encode/value.js'
import { floats, literal } from './lanes.js'

const place = (at: Local<'i32'>, k: number) => ({ base: at.get, offset: 16 * k })

/** One pattern for the NaNs of the next vector. */
const tidied = (dtype: FloatDType, at: Local<'i32'>, x: Local<'v128'>): Statement => {
  const isNaN = floats(dtype).ne(x.get, x.get)
  return sequence(
    x.set(v128.load(place(at, 0))),
    v128.store(place(at, 0), v128.bitselect(literal(dtype, NaN), x.get, isNaN)),
    move(at, 16)
  )
}

/** Adds the next vectors to as many sums. */
const added = (dtype: FloatDType, at: Local<'i32'>, sums: ReadonlyArray<Local<'v128'>>): Statement =>
  sequence(
    ...sums.map((s, k) => s.set(floats(dtype).add(s.get, v128.load(place(at, k))))),
    move(at, 16 * sums.length)
  )

/** So many sums are under way at once, as each must wait for its last addition. */
const together = 8

/**
 * The function of an address and the address behind the last byte: buffers end with a whole vector. NaNs are rare, and a sum that is none has none
 * among its terms; so all is added up first, which takes less time than to look at every vector.
 */
export const tidying = (dtype: FloatDType): Func => {
  const [from, end] = [local('i32', 0), local('i32', 1)]
  const scope = locals(['i32', 'i32'])
  const at = scope.add('i32')
  const sums = Array.from({ length: together }, () => scope.add('v128'))
  const total = scope.add('v128')
  const room = i32.sub(end.get, at.get)
  const body = sequence(
    at.set(from.get),
    loopWhile(i32.geU(room, i32.const(16 * together)), added(dtype, at, sums)),
    loopWhile(i32.ltU(at.get, end.get), added(dtype, at, sums.slice(0, 1))),
    total.set(sums.map((s) => s.get).reduce(floats(dtype).add)),
    when(
      i32x4.bitmask(floats(dtype).ne(total.get, total.get)),
      sequence(at.set(from.get), loopWhile(i32.ltU(at.get, end.get), tidied(dtype, at, total)))
    )
  )
  return {
    name: `tidy ${dtype}`,
    parameters: ['i32', 'i32'],
    results: [],
    locals: scope.types(),
    body: body.code
  }
}
