import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrary } from '../../laws/index.js'
import { families } from '../../laws/grow/families.js'
import { isClear } from '../../laws/grow/margin.js'
import { programs } from '../../laws/grow/program.js'
import { keys } from '../../laws/grow/sample.js'
import type { Program } from '../../laws/grow/context.js'
import { binaryForm, unaryForm } from '../../src/graph/op.js'
import { faultsOf } from '../../src/graph/check.js'
import { isMany, node, type Node, type Value } from '../../src/graph/Expr.js'
import { topological, valuesBelow } from '../../src/graph/fold.js'
import { compile, evaluate, print, reference, spec, type Tensor } from '../../src/index.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements } from '../../src/tensor/Tensor.js'
import { compiled } from '../../laws/oracle/run.js'
import { reading } from '../support/reading.js'
import { binaryTraits, unaryTraits } from '../../laws/grow/traits.js'
import { operands, regionsOf } from '../../src/graph/families.js'

const nodesOf = (ps: ReadonlyArray<Program>): ReadonlyArray<Node> => ps.flatMap((p) => topological(p.results))

const numbers = (t: Tensor): ReadonlyArray<number> => Array.from(elements(t), Number)

/** Every node of a program with the values of its operands. */
const atWork = ({
  results,
  parameters,
  point
}: Program): ReadonlyArray<readonly [Node, ReadonlyArray<Tensor>]> => {
  const all = valuesBelow(results)
  const values = pipe(
    compiled({ results: all, parameters }),
    E.chain((run) => run(point)),
    E.getOrElse((): ReadonlyArray<Tensor> => [])
  )
  return topological(results).map((n) => [
    n,
    operands(n).flatMap((x) => values.slice(all.indexOf(x), all.indexOf(x) + 1))
  ])
}

describe('random expressions', () => {
  const sample = fc.sample(programs({ length: 8 }), { seed: 2000, numRuns: 2000 })
  const nodes = nodesOf(sample)

  it('are of every family and every scalar function', () => {
    const tags = new Set(nodes.map((n) => n._tag))
    expect([...keys(families), 'Input'].filter((tag) => !tags.has(tag as Node['_tag']))).toEqual([])
    const ops = new Set(nodes.flatMap((n) => (n._tag === 'Unary' || n._tag === 'Binary' ? [n.op] : [])))
    expect([...keys(unaryForm), ...keys(binaryForm)].filter((op) => !ops.has(op))).toEqual([])
    const reductions = new Set(nodes.flatMap((n) => (n._tag === 'Reduce' ? [n.op] : [])))
    expect([...reductions].sort()).toEqual(['and', 'max', 'min', 'or', 'prod', 'sum'])
    expect(new Set(nodes.filter((n) => !isMany(n)).map((n) => n.dtype)).size).toBe(5)
  })

  it('have insides, and insides of these', () => {
    const depthOf = (roots: ReadonlyArray<Value>): number =>
      Math.max(
        0,
        ...topological(roots).flatMap((n) => regionsOf(n).map(({ results }) => 1 + depthOf(results)))
      )
    const depths = sample.map(({ results }) => depthOf(results))
    const share = (least: number): number => depths.filter((d) => d >= least).length / depths.length
    expect(share(1)).toBeGreaterThan(0.3)
    expect(share(2)).toBeGreaterThan(0.08)
    expect(share(3)).toBeGreaterThan(0.05)
  })

  it('are well-formed, have several results and share parts', () => {
    expect(sample.every((p) => faultsOf(p.results).length === 0)).toBe(true)
    expect(sample.some((p) => p.results.length > 2)).toBe(true)
    const shares = (p: Program): boolean => {
      const read = topological(p.results).flatMap((n) => operands(n).filter((x) => x._tag === 'Unary'))
      return new Set(read).size < read.length
    }
    expect(sample.filter(shares).length).toBeGreaterThan(100)
  })

  it('have floating-point values of modest size, away from kinks and singularities', () => {
    for (const p of sample.slice(0, 500)) {
      expect(p.results.every((y) => isFloat(y.dtype))).toBe(true)
      for (const [n, xs] of atWork(p)) {
        expect(xs).toHaveLength(operands(n).length)
        const large = xs.some((x) => isFloat(x.dtype) && numbers(x).some((v) => !(Math.abs(v) <= 30)))
        expect(large || (!isMany(n) && !isClear(n, xs, 'away')), print([reading(n)])).toBe(false)
      }
    }
  })

  it('have no operations with kinks where none are wanted', () => {
    const smooth = nodesOf(fc.sample(programs({ length: 8, kinks: 'never' }), { seed: 1, numRuns: 1000 }))
    const kinked = smooth.filter(
      (n) =>
        operands(n).some((x) => isFloat(x.dtype)) &&
        ((n._tag === 'Unary' && unaryTraits[n.op].hasKink) ||
          (n._tag === 'Binary' && binaryTraits[n.op].hasKink) ||
          n._tag === 'ArgReduce' ||
          (n._tag === 'Window' && n.op !== 'sum') ||
          (n._tag === 'Reduce' && (n.op === 'max' || n.op === 'min')) ||
          (n._tag === 'Convert' && !isFloat(n.dtype)))
    )
    expect(kinked.map((n) => print([reading(n)]))).toEqual([])
    expect(new Set(smooth.map((n) => n._tag)).size).toBeGreaterThan(18)
  })

  it('come to kinks and ties where these are wanted', () => {
    const all = fc
      .sample(programs({ length: 8, kinks: 'anywhere' }), { seed: 1, numRuns: 1500 })
      .flatMap(atWork)
    const meets = (holds: (n: Node, xs: ReadonlyArray<ReadonlyArray<number>>) => boolean): boolean =>
      all.some(([n, xs]) => xs.every((x) => isFloat(x.dtype)) && holds(n, xs.map(numbers)))
    expect(meets((n, [x = []]) => n._tag === 'Unary' && n.op === 'abs' && x.includes(0))).toBe(true)
    expect(meets((n, [x = []]) => n._tag === 'Unary' && n.op === 'floor' && x.some(Number.isInteger))).toBe(
      true
    )
    expect(
      meets((n, [a = [], b = []]) => n._tag === 'Binary' && n.op === 'max' && a.some((x, i) => x === b[i]))
    ).toBe(true)
    expect(meets((n, [x = []]) => n._tag === 'Reduce' && n.op === 'max' && new Set(x).size < x.length)).toBe(
      true
    )
    expect(
      all.some(([n, xs]) => n._tag === 'Unary' && n.op === 'log' && numbers(xs[0]!).some((x) => !(x > 0)))
    ).toBe(false)
  })
})

describe('the published expressions', () => {
  it('evaluate to the same as their function, compiled', () => {
    fc.assert(
      fc.property(arbitrary.expression({ dtype: 'f32' }), ({ f, point, results }) => {
        const values = evaluate(f(point))
        const run = pipe(
          compile(f, reference)(point),
          E.chainW((g) => g(point))
        )
        expect(E.isRight(values)).toBe(true)
        expect(run).toEqual(values)
        expect(E.isRight(values) ? values.right.map((y) => y.shape) : []).toEqual(results.map((y) => y.shape))
      })
    )
  })

  it('have the parameters asked for', () => {
    const parameters = [spec([2, 3]), spec([3], 'f64'), spec([], 'i32')]
    for (const { parameters: xs, point } of fc.sample(arbitrary.expression({ parameters }), 100)) {
      expect(xs.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
        parameters.map(({ shape, dtype }) => ({ shape, dtype }))
      )
      expect(point.map(({ dtype }) => dtype)).toEqual(['f32', 'f64', 'i32'])
    }
  })

  it('have as many operations as asked for, helpers not counted', () => {
    const few = fc.sample(arbitrary.expression({ operations: 1 }), 300)
    expect(few.every(({ results }) => results.length === 1)).toBe(true)
    const many = fc.sample(arbitrary.expression({ operations: 20 }), 100)
    expect(many.some(({ results }) => topological(results.map(node)).length > 40)).toBe(true)
  })

  it('print as a listing with the point', () => {
    const [one] = fc.sample(arbitrary.expression(), { seed: 4, numRuns: 1 })
    expect(fc.stringify(one)).toContain(`${print(one?.results ?? [])} at `)
  })

  it('are the same for the same seed', () => {
    const draw = () => fc.sample(arbitrary.expression(), { seed: 9, numRuns: 30 }).map((s) => fc.stringify(s))
    expect(draw()).toEqual(draw())
  })
})
