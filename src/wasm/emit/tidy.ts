/** One bit pattern for every NaN, as far as JavaScript sees results: machines differ in the patterns that they make. */
import type { FloatDType } from '../../tensor/DType.js'
import { local, locals, loopWhile, move, sequence, when, type Func, type Local } from '../encode/control.js'
import { v128 } from '../encode/simd.js'
import { i32, type Statement } from '../encode/value.js'
import { floats, literal, type Vector } from './lanes.js'

/** Looks at so many vectors at once, NaNs being rare, and moves on. */
const vectors = (dtype: FloatDType, at: Local<'i32'>, xs: ReadonlyArray<Local<'v128'>>): Statement => {
  const place = (k: number) => ({ base: at.get, offset: 16 * k })
  const isNaN = (x: Local<'v128'>): Vector => floats(dtype).ne(x.get, x.get)
  const tidy = (x: Local<'v128'>, k: number): Statement =>
    v128.store(place(k), v128.bitselect(literal(dtype, NaN), x.get, isNaN(x)))
  return sequence(
    ...xs.map((x, k) => x.set(v128.load(place(k)))),
    when(v128.anyTrue(xs.map(isNaN).reduce(v128.or)), sequence(...xs.map(tidy))),
    move(at, 16 * xs.length)
  )
}

const together = 4

/** The function of an address and the address behind the last byte: buffers end with a whole vector. */
export const tidying = (dtype: FloatDType): Func => {
  const [at, end] = [local('i32', 0), local('i32', 1)]
  const scope = locals(['i32', 'i32'])
  const xs = Array.from({ length: together }, () => scope.add('v128'))
  const room = i32.sub(end.get, at.get)
  const body = sequence(
    loopWhile(i32.geU(room, i32.const(16 * together)), vectors(dtype, at, xs)),
    loopWhile(i32.ltU(at.get, end.get), vectors(dtype, at, xs.slice(0, 1)))
  )
  return {
    name: `tidy ${dtype}`,
    parameters: ['i32', 'i32'],
    results: [],
    locals: scope.types(),
    body: body.code
  }
}
