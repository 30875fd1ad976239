/** Random loops, branches and calls in WebAssembly: what the reference engine makes of them, and of their gradients. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { weights } from '../../laws/oracle/probe.js'
import { regionSamples, type Pair } from '../../laws/grow/regions.js'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { reference, wasm } from '../../src/index.js'
import { simplify } from '../../src/rules/simplify.js'
import { withResiduals } from '../../src/rules/loop/residuals.js'
import { elements } from '../../src/tensor/Tensor.js'
import { vjp } from '../../src/transform/differentiate.js'
import { relativeError, unsafeRight } from '../support/outcome.js'

/** The results, and the gradient where there is one. */
const asked = ({ results, parameters, seed, reverses }: Pair): ReadonlyArray<Value> =>
  reverses ? [...results, ...vjp()(results, parameters, weights(seed, results).map(make.constant))] : results

const numbersOf = (
  engine: typeof reference,
  { parameters, point }: Pair,
  results: ReadonlyArray<Value>
): ReadonlyArray<number> =>
  unsafeRight(unsafeRight(engine.compile({ parameters, results }))(point)).flatMap((t) =>
    Array.from(elements(t), Number)
  )

it.each(Object.entries(regionSamples))('a %s', (_, samples) => {
  fc.assert(
    fc.property(samples, (sample) => {
      const results = asked(sample)
      const [found, expected] = [wasm, reference].map((engine) => numbersOf(engine, sample, results))
      expect(relativeError(found!, expected!)).toBeLessThan(1e-12)
    }),
    { numRuns: 15 }
  )
})

it('what one loop hands to another changes no bit', () => {
  let handed = 0
  fc.assert(
    fc.property(regionSamples.scan, (sample) => {
      const results = simplify(asked(sample), 'run')
      const after = withResiduals(results)
      if (after.some((y, i) => y !== results[i])) handed++
      const [found, expected] = [after, results].map((ys) => numbersOf(reference, sample, ys))
      expect(found).toEqual(expected)
    }),
    { numRuns: 30 }
  )
  expect(handed).toBeGreaterThan(10)
})
