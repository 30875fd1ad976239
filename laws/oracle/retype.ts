/** The same program in double precision: finite differences of single-precision programs are too coarse to judge a derivative by. */
import type { Region } from '../../src/graph/Region.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value, Operation } from '../../src/graph/Expr.js'
import { reuse, reusingInside, rewrite } from '../../src/graph/fold.js'
import { isFloat, type DType } from '../../src/tensor/DType.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'

const wide = (dtype: DType): DType => (isFloat(dtype) ? 'f64' : dtype)

/** The same values in double precision. */
export const widen = (t: Tensor): Tensor =>
  t.dtype === 'f32' ? own(t.shape, 'f64', Float64Array.from(elements(t))) : t

const widenInput = (x: Input): Input => (x.dtype === 'f32' ? make.input(x.name, x.shape, 'f64') : x)

/** Every f32 in a graph made f64; parameters keep their order. */
export const inDouble = ({ results, parameters }: Region): Region => {
  const wider = parameters.map(widenInput)
  const replaced = new Map<Value, Value>(parameters.map((x, i) => [x, wider[i] ?? x]))
  const value = (n: Operation, xs: ReadonlyArray<Value>): Value => {
    if (n._tag === 'Input') return replaced.get(n) ?? n
    // A conversion stays where it is, from f64 to f64 too: its rule is to be judged like any other.
    if (n._tag === 'Convert') return { ...n, x: xs[0] ?? n.x, dtype: wide(n.dtype) }
    if (n._tag === 'Constant' && n.dtype === 'f32') return make.constant(widen(n.value))
    if (n._tag === 'Iota' && n.dtype === 'f32') return make.iota(n.axis, n.shape, 'f64')
    return reuse(n, xs)
  }
  return { results: rewrite(results, { value, many: reusingInside(inDouble) }), parameters: wider }
}
