/** Random programs over all families at points where they have derivatives: what the soak differentiates besides single primitives. */
import * as fc from 'fast-check'
import type { FloatDType } from '../../src/tensor/DType.js'
import { print } from '../../src/graph/print.js'
import { judgeDerivatives } from '../../laws/gradient/derivatives.js'
import { law, type Law } from '../../laws/index.js'
import { programs } from '../../laws/grow/program.js'
import { seeds, showSample, type Sample } from '../../laws/grow/sample.js'
import { calculus } from '../../src/transform/differentiate.js'

const of = (dtype: FloatDType): fc.Arbitrary<Sample> =>
  fc.tuple(programs({ dtype, length: 8 }), seeds).map(([program, seed]) => ({ ...program, seed }))

/** Derivatives of random programs against differences, to the given order. */
export const programLaw = (order: 1 | 2): Law =>
  law({
    name: `Random programs, order ${String(order)}`,
    statement: { left: 'derivative of a program', right: 'extrapolated differences' },
    arbitrary: fc.oneof(of('f64'), of('f32')),
    judge: ({ results, parameters, point, seed }) =>
      judgeDerivatives(
        { rules: calculus, order, coordinates: 4, sample: 3 },
        { results, parameters },
        point,
        seed
      ),
    show: (sample) => `${print([...sample.results])} at ${showSample(sample)}`
  })
