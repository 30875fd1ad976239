/** Random programs over all families at points where they have values: what the soak differentiates besides single primitives. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import * as build from '../../src/graph/build/index.js'
import type { Node } from '../../src/graph/Expr.js'
import { print } from '../../src/graph/print.js'
import { reuse, rewrite, topological } from '../../src/graph/fold.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { judgeDerivatives } from '../../laws/gradient/derivatives.js'
import { fromValues, tensor } from '../../laws/arbitrary/tensor.js'
import { law, type Law } from '../../laws/index.js'
import { inDouble } from '../../laws/oracle/retype.js'
import { compiled } from '../../laws/oracle/run.js'
import { seeds, showSample, type Sample } from '../../laws/sample/sample.js'
import { calculus } from '../../src/transform/differentiate.js'
import { expressions } from '../support/expressions.js'

/** Numbers of ordinary size: differences need room on both sides. */
const tame = (x: number): number => (Number.isNaN(x) ? 0.75 : Math.min(3, Math.max(-3, x)))

const tamed = (t: Tensor): Tensor =>
  isFloat(t.dtype) ? own(t.shape, 'f64', Float64Array.from(elements(t), tame)) : t

/** The support's own primitive has no derivative to judge. */
const judgeable = (outputs: ReadonlyArray<Node>): boolean =>
  topological(outputs).every((n) => n._tag !== 'Custom')

const withOrdinaryConstants = (outputs: ReadonlyArray<Node>): ReadonlyArray<Node> =>
  rewrite(outputs, (n, xs) =>
    n._tag === 'Constant' && isFloat(n.dtype)
      ? build.constant(fromValues(n.shape, n.dtype, [...elements(tamed(n.value))]))
      : reuse(n, xs)
  )

/** The results that are finite at the point, and not so large that nothing but rounding is left of differences. */
const finite = (sample: Sample): Sample => {
  const double = inDouble(sample)
  const run = compiled(double)
  const values = E.isLeft(run) ? run : run.right(sample.point)
  const outputs = E.isLeft(values)
    ? []
    : sample.outputs.filter((_, i) => {
        const y = values.right[i]
        return y !== undefined && Array.from(elements(y), Number).every((x) => Math.abs(x) < 1e6)
      })
  return { ...sample, outputs }
}

const programs: fc.Arbitrary<Sample> = fc
  .tuple(expressions({ length: 6 }), seeds)
  .filter(([{ outputs }]) => judgeable(outputs))
  .chain(([{ outputs, inputs, values }, seed]) =>
    fc
      .tuple(...values.map((t) => (isFloat(t.dtype) ? tensor({ shape: t.shape }) : fc.constant(t))))
      .map((point) => finite({ outputs: withOrdinaryConstants(outputs), inputs, point, seed }))
  )
  .filter(({ outputs }) => outputs.some((y) => isFloat(y.dtype)))

/** Derivatives of random programs against differences, to the given order. */
export const programLaw = (order: 1 | 2): Law =>
  law({
    name: `Random programs, order ${String(order)}`,
    statement: { left: 'derivative of a program', right: 'extrapolated differences' },
    arbitrary: programs,
    judge: ({ outputs, inputs, point, seed }) =>
      judgeDerivatives(
        { rules: calculus, order, coordinates: 4, sample: 3 },
        { outputs, inputs },
        point,
        seed
      ),
    show: (sample) => `${print([...sample.outputs])} at ${showSample(sample)}`
  })
