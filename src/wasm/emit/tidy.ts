/** One bit pattern for every NaN, as far as JavaScript sees results: machines differ in the patterns that they make. */
import type { FloatDType } from '../../tensor/DType.js'
import { local, locals, repeat, sequence, when, type Func } from '../encode/control.js'
import { v128 } from '../encode/simd.js'
import { i32 } from '../encode/value.js'
import { floats, literal } from './lanes.js'

/** The function of an address and the address behind the last byte: at least one vector, and buffers end with a whole one. */
export const tidying = (dtype: FloatDType): Func => {
  const [at, end] = [local('i32', 0), local('i32', 1)]
  const scope = locals(['i32', 'i32'])
  const [x, odd] = [scope.add('v128'), scope.add('v128')]
  const place = { base: at.get, offset: 0 }
  const body = repeat(
    sequence(
      x.set(v128.load(place)),
      odd.set(floats(dtype).ne(x.get, x.get)),
      when(v128.anyTrue(odd.get), v128.store(place, v128.bitselect(literal(dtype, NaN), x.get, odd.get))),
      at.set(i32.add(at.get, i32.const(16)))
    ),
    i32.ltU(at.get, end.get)
  )
  return {
    name: `tidy ${dtype}`,
    parameters: ['i32', 'i32'],
    results: [],
    locals: scope.types(),
    body: body.code
  }
}
