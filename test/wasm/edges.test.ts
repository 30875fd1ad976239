/**
 * The edge cases of the numeric specification on the WebAssembly engine: their answers, whether constants are known to the compiler or arrive as
 * arguments, and in f32 those of the reference engine.
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { outcomeOn, sameOutcome, type Program } from '../../laws/packs/outcome.js'
import * as make from '../../src/graph/make.js'
import { node, type Expr, type Input, type Value } from '../../src/graph/Expr.js'
import { reuse, reusing, rewrite, type Algebra } from '../../src/graph/fold.js'
import {
  reference,
  toFlat,
  toTypedArray,
  wasm,
  type CompileError,
  type RunError,
  type Tensor
} from '../../src/index.js'
import { elements } from '../../src/tensor/Tensor.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { gradients, secondDerivatives } from '../ops/rows/gradients.js'
import { agrees, type Row } from '../ops/rows/row.js'
import { accumulations, errors, nans, values } from '../ops/rows/values.js'
import { messageOf, unsafeRight } from '../support/outcome.js'

/** An expression whose constants are arguments, so that nothing is known of them before the run. */
const lifted = (x: Expr<unknown>): Program => {
  const parameters: Array<Input> = []
  const point: Array<Tensor> = []
  const value: Algebra<Value>['value'] = (n, xs) => {
    if (n._tag !== 'Constant') return reuse(n, xs)
    const input = make.input(`c${parameters.length}`, n.shape, n.dtype)
    parameters.push(input)
    point.push(n.value)
    return input
  }
  const results = rewrite([node(x)], { ...reusing, value })
  return { results, parameters, point }
}

const known = (x: Expr<unknown>): Program => ({ results: [node(x)], parameters: [], point: [] })

/** The same in single precision. */
const single = (x: Expr<unknown>): ReadonlyArray<Value> =>
  rewrite([node(x)], {
    ...reusing,
    value: (n, xs) => {
      if (n.dtype !== 'f64') return reuse(n, xs)
      if (n._tag === 'Constant') return make.constant(fromValues(n.shape, 'f32', [...elements(n.value)]))
      if (n._tag === 'Iota') return make.iota(n.axis, n.shape, 'f32')
      return n._tag === 'Convert' ? make.convert('f32', xs[0] ?? n.x) : reuse(n, xs)
    }
  })

const result = (program: Program): E.Either<CompileError | RunError, Tensor> =>
  pipe(
    outcomeOn(wasm)(program),
    E.map(([y]) => y ?? fromValues([0], 'f32', []))
  )

const tables: ReadonlyArray<readonly [string, ReadonlyArray<Row>]> = [
  ['values', values],
  ['gradients', gradients],
  ['second derivatives', secondDerivatives],
  ['accumulation', accumulations]
]

/** Both engines' functions are within 2 ulp; some rows compose several. */
const ulps = 16

describe.each(tables)('%s', (_, rows) => {
  it.each(rows)('row $row: $what', (r) => {
    for (const program of [known, lifted]) agrees(toFlat(unsafeRight(result(program(r.program())))), r)
  })

  it.each(rows)('row $row in single precision: $what', (r) => {
    const [y = node(r.program())] = single(r.program())
    for (const program of [known(y), lifted(y)])
      expect(sameOutcome(outcomeOn(wasm)(program), outcomeOn(reference)(program), { ulps })).toEqual({
        _tag: 'Pass'
      })
  })
})

describe('row 60: NaN has one bit pattern, however it arose', () => {
  it.each(nans)('%s in f32', (_, x) => {
    const words = new Uint32Array(toTypedArray(unsafeRight(result(lifted(x)))).buffer)
    expect([...words]).toEqual([0x7fc00000, 0x3f800000])
  })
})

describe('what has no answer is an error that says so', () => {
  it.each(errors)('row %i: %s', (_, __, program, message) => {
    const x = program()
    for (const given of [known(x), lifted(x)]) expect(messageOf(result(given))).toMatch(message)
  })
})
