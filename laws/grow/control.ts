/** Small loops and branches, over smooth bodies: what is inside a node is an ordinary piece of graph. */
import * as make from '../../src/graph/make.js'
import type { Input, Invalid, Many, Value } from '../../src/graph/Expr.js'
import { close } from '../../src/graph/Region.js'
import { full } from '../../src/graph/terms.js'
import type { Dims } from '../../src/tensor/dims.js'
import type { DType } from '../../src/tensor/DType.js'

const inputLike = (name: string, { shape, dtype }: { readonly shape: Dims; readonly dtype: DType }): Input =>
  make.input(name, shape, dtype)

const binary = (op: 'add' | 'mul' | 'sub', a: Value, b: Value): Value => make.binary(op, a, b)
const tanh = (x: Value): Value => make.unary('tanh', x)
const sin = (x: Value): Value => make.unary('sin', x)

/** All results, or the error. */
const resultsOf = (made: Many | Invalid): ReadonlyArray<Value> =>
  made._tag === 'Invalid' ? [made] : make.resultsOf(made, made.results)

/** `h' = tanh(w h + x)`, and `h sin x` at each step; `w`, which has the shape of the carry, is captured. */
export const scanResults = (reverse: boolean, w: Value, init: Value, xs: Value): ReadonlyArray<Value> => {
  const [h, x] = [inputLike('carry', init), inputLike('slice', { shape: xs.shape.slice(1), dtype: xs.dtype })]
  const body = [tanh(binary('add', binary('mul', w, h), x)), binary('mul', h, sin(x))]
  const { region, captured } = close([h, x], body)
  const options = { captured: captured.length, carries: 1, length: xs.shape[0] ?? 0, reverse }
  return resultsOf(make.scan(options, region, [...captured, init, xs]))
}

/** `sin(a b) + a` on its own. */
export const callResults = (a: Value, b: Value): ReadonlyArray<Value> => {
  const [x, y] = [inputLike('argument', a), inputLike('argument', b)]
  const { region, captured } = close([x, y], [binary('add', sin(binary('mul', x, y)), x), tanh(y)])
  return resultsOf(make.call(region, [...captured, a, b]))
}

/** `sin x`, `x tanh x` or `a x`, by an index. */
export const caseResults = (index: number, a: Value, b: Value): ReadonlyArray<Value> => {
  const branch = (f: (x: Value, y: Value) => Value) => {
    const [x, y] = [inputLike('argument', a), inputLike('argument', b)]
    return close([x, y], [f(x, y)]).region
  }
  const branches = [
    branch((x) => sin(x)),
    branch((x) => binary('mul', x, tanh(x))),
    branch((x, y) => binary('mul', x, y))
  ]
  return resultsOf(make.choose(branches, full(index, { shape: [], dtype: 'i32' }), [a, b]))
}

/** `x` or `sin x`, by how far a counter gets that is doubled until it is beyond a limit: what moves does not go through the loop. */
export const whileResults = (limit: number, x: Value): ReadonlyArray<Value> => {
  const scalar = { shape: [], dtype: 'i32' } as const
  const [tested, counted] = [inputLike('carry', scalar), inputLike('carry', scalar)]
  const condition = { parameters: [tested], results: [make.binary('lt', tested, full(limit, scalar))] }
  const body = { parameters: [counted], results: [binary('add', counted, counted)] }
  const made = make.whileLoop(0, condition, body, [full(1, scalar)])
  return resultsOf(made).map((n) => {
    const isFar = make.binary('gt', n, full(4, scalar))
    return make.select(make.broadcast(x.shape, [], isFar), x, sin(x))
  })
}
