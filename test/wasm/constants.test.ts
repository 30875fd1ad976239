/** Constants that one kernel has in common: each is itself, to the bit of its sign. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { test } from 'vitest'
import { register } from '../../laws/index.js'
import { fail, law, pass } from '../../laws/law/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { toFlat, wasm } from '../../src/index.js'
import type { FloatDType } from '../../src/tensor/DType.js'

interface Choice {
  readonly dtype: FloatDType
  readonly values: ReadonlyArray<number>
  readonly filled: boolean
}

const special = fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity, NaN, 2 ** -149, -(2 ** -149))

const choices: fc.Arbitrary<Choice> = fc.record({
  dtype: fc.constantFrom<FloatDType>('f32', 'f64'),
  values: fc.array(special, { minLength: 2, maxLength: 9 }),
  filled: fc.boolean()
})

/** At each position the constant of this number: scalars that are spread, or tensors filled with them. */
const chosen = ({ dtype, values, filled }: Choice): Value => {
  const n = values.length
  const constant = (v: number, d: FloatDType | 'i32'): Value =>
    filled
      ? make.constant(fromValues([n], d, Array<number>(n).fill(v)))
      : make.broadcast([n], [], make.constant(fromValues([], d, [v])))
  return values.reduce<Value>(
    (rest, v, i) =>
      make.select(make.binary('eq', make.iota(0, [n], 'i32'), constant(i, 'i32')), constant(v, dtype), rest),
    constant(5, dtype)
  )
}

const results = (y: Value): ReadonlyArray<unknown> =>
  pipe(
    wasm.compile({ results: [y], parameters: [] }),
    E.chainW((run) => run([])),
    E.match(
      (e): ReadonlyArray<unknown> => [e],
      ([t]) => (t === undefined ? [] : toFlat(t))
    )
  )

register({
  name: 'constants of one kernel',
  parents: [],
  laws: [
    law({
      name: 'selection',
      statement: {
        left: 'the constant that is chosen at a position',
        right: 'the number that it was made of'
      },
      arbitrary: choices,
      judge: (choice) => {
        const got = results(chosen(choice))
        return got.length === choice.values.length && got.every((v, i) => Object.is(v, choice.values[i]))
          ? pass
          : fail(`got ${got.map((v) => (Object.is(v, -0) ? '-0' : String(v))).join(', ')}`)
      },
      numRuns: 200
    })
  ]
})(test)
