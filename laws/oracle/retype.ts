/**
 * The same program in another precision. In double, since finite differences of single-precision programs are too coarse to judge a derivative by; in
 * single, since rules may do other things there.
 */
import type { Region } from '../../src/graph/Region.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value, Operation } from '../../src/graph/Expr.js'
import { reuse, reusingInside, rewrite } from '../../src/graph/fold.js'
import { allocate, isFloat, type DType, type FloatDType } from '../../src/tensor/DType.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'

const retyped =
  (to: FloatDType) =>
  (t: Tensor): Tensor => {
    if (!isFloat(t.dtype) || t.dtype === to) return t
    const data = allocate(to, elements(t).length)
    data.set(elements(t))
    return own(t.shape, to, data)
  }

/** The same values in double precision. */
export const widen = retyped('f64')

/** The values that single precision has for them. */
export const narrow = retyped('f32')

/** Every float in a graph made one of the given precision; parameters keep their order. */
const inPrecision = (to: FloatDType): ((region: Region) => Region) => {
  const changes = (dtype: DType): boolean => isFloat(dtype) && dtype !== to
  const input = (x: Input): Input => (changes(x.dtype) ? make.input(x.name, x.shape, to) : x)
  const region = ({ results, parameters }: Region): Region => {
    const others = parameters.map(input)
    const replaced = new Map<Value, Value>(parameters.map((x, i) => [x, others[i] ?? x]))
    const value = (n: Operation, xs: ReadonlyArray<Value>): Value => {
      if (n._tag === 'Input') return replaced.get(n) ?? n
      // A conversion stays where it is, from f64 to f64 too: its rule is to be judged like any other.
      if (n._tag === 'Convert') return { ...n, x: xs[0] ?? n.x, dtype: isFloat(n.dtype) ? to : n.dtype }
      if (n._tag === 'Constant' && changes(n.dtype)) return make.constant(retyped(to)(n.value))
      if (n._tag === 'Iota' && changes(n.dtype)) return make.iota(n.axis, n.shape, to)
      return reuse(n, xs)
    }
    return { results: rewrite(results, { value, many: reusingInside(region) }), parameters: others }
  }
  return region
}

export const inDouble = inPrecision('f64')
export const inSingle = inPrecision('f32')
