import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { familySamples } from '../../laws/grow/family.js'
import { keys, type Sample } from '../../laws/grow/sample.js'
import { binaryForm, unaryForm } from '../../src/graph/op.js'
import { isControl, type Custom, type Many, type Operation, type Value } from '../../src/graph/Expr.js'
import { isFloat } from '../../src/tensor/DType.js'
import { equalDims } from '../../src/tensor/dims.js'
import { derivative } from '../../src/rules/derivative.js'
import { binaryTraits, unaryTraits } from '../../laws/grow/traits.js'
import { operands } from '../../src/graph/families.js'

/** What is differentiated for a value. */
const differentiated = (n: Value): Operation | Many => (n._tag === 'Project' ? n.x : n)

/** Families with an inside have blocks of maps: `test/rules/control.test.ts`. */
const nodes: fc.Arbitrary<Operation | Custom> = fc
  .constantFrom(...keys(familySamples))
  .chain((family) => familySamples[family])
  .map((s: Sample) => s.results[0])
  .filter((n): n is Value => n !== undefined)
  .map(differentiated)
  .filter((n): n is Operation | Custom => !isControl(n))

describe('the derivative of any node', () => {
  it('has one row per operand, with maps between the shapes of operand and result', () => {
    fc.assert(
      fc.property(nodes, (n) => {
        const rows = derivative(n)
        const xs = operands(n)
        expect(rows).toHaveLength(xs.length)
        const results = n._tag === 'Custom' ? n.results : [n]
        rows.forEach((row, j) => {
          expect(row).toHaveLength(results.length)
          row.forEach((l, i) => {
            expect(equalDims(l.from.shape, xs[j]?.shape ?? [])).toBe(true)
            expect(equalDims(l.to.shape, results[i]?.shape ?? [])).toBe(true)
          })
        })
      }),
      { numRuns: 1000 }
    )
  })

  it('is zero between anything that is not floating-point', () => {
    fc.assert(
      fc.property(nodes, (n) => {
        const xs = operands(n)
        derivative(n).forEach((row, j) =>
          row.forEach((l, i) => {
            const to = n._tag === 'Custom' ? n.results[i]?.dtype : n.dtype
            if (!isFloat(xs[j]?.dtype ?? 'bool') || !isFloat(to ?? 'bool')) expect(l._tag).toBe('Zero')
          })
        )
      }),
      { numRuns: 1000 }
    )
  })
})

describe('the tables of samples', () => {
  it('cover every scalar function', () => {
    expect([...keys(unaryTraits)].sort()).toEqual([...keys(unaryForm)].sort())
    expect([...keys(binaryTraits)].sort()).toEqual([...keys(binaryForm)].sort())
  })
})
