/** Results that are written over arguments are the results that they are elsewhere. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { test } from 'vitest'
import { register, type Program } from '../../laws/index.js'
import { law, type Verdict } from '../../laws/law/index.js'
import { outcomeOn, sameOutcome, showProgram } from '../../laws/packs/outcome.js'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import type { DType } from '../../src/tensor/DType.js'
import type { Dims } from '../../src/tensor/dims.js'
import { tensor } from '../../laws/arbitrary/tensor.js'
import { convolutionPrograms } from './fuse/convolutions.js'
import { productPrograms } from './fuse/products.js'
import { stateful, statefulPrograms } from './stateful.js'
import { wasm } from '../../src/index.js'

/** Something that fits no argument, in front of the results, so that none is in the place of an argument. */
const shifted = (program: Program): Program => {
  const odd = make.iota(0, [97], 'i32')
  return { ...program, results: [...program.parameters.map(() => odd), ...program.results] }
}

const judge = (program: Program): Verdict =>
  sameOutcome(
    outcomeOn(wasm)(program),
    pipe(
      outcomeOn(wasm)(shifted(program)),
      E.map((results) => results.slice(program.parameters.length))
    )
  )

/** Sums, differences and moves of a few arguments of one shape, each a result in the place of one of them. */
const mixed: fc.Arbitrary<Program> = fc
  .record({
    shape: fc.constantFrom<Dims>([5], [2, 3], [4, 4], [33]),
    dtype: fc.constantFrom<DType>('f32', 'f64', 'i32'),
    count: fc.integer({ min: 1, max: 3 }),
    picks: fc.array(fc.nat(100), { minLength: 9, maxLength: 9 })
  })
  .chain(({ shape, dtype, count, picks }) => {
    const parameters = Array.from({ length: count }, (_, i) => make.input(`x${i}`, shape, dtype))
    const some = (k: number): Value => parameters[(picks[k] ?? 0) % count]!
    const made = (k: number): Value => {
      const [a, b] = [some(3 * k), some(3 * k + 1)]
      const ways = [make.unary('neg', a), make.binary('sub', a, b), make.reverse([0], a)]
      return ways[(picks[3 * k + 2] ?? 0) % ways.length]!
    }
    const sums = parameters.map((x) => make.reduce('sum', [0], x))
    const results = [...parameters.map((_, k) => made(k)), ...sums]
    return fc
      .tuple(...parameters.map((x) => tensor({ shape: x.shape, dtype })))
      .map((point) => ({ results, parameters, point }))
  })

const finished = stateful(fc.oneof(convolutionPrograms, productPrograms))

register({
  name: 'results over arguments',
  parents: [],
  laws: Object.entries({ mixed, programs: statefulPrograms, finished }).map(([name, arbitrary]) =>
    law({
      name,
      statement: { left: 'results in the places of arguments', right: 'results elsewhere' },
      arbitrary,
      judge,
      show: showProgram,
      numRuns: 500
    })
  )
})(test)
