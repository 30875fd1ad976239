import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as make from '../../src/graph/make.js'
import { check } from '../../src/graph/check.js'
import { toDot } from '../../src/graph/dot.js'
import { isMany, type Aval, type CustomRule, type Node, type Value } from '../../src/graph/Expr.js'
import { below, rewrite, topological, type Algebra } from '../../src/graph/fold.js'
import { merge } from '../../src/graph/merge.js'
import { print } from '../../src/graph/print.js'
import { full } from '../../src/graph/terms.js'
import { simplify } from '../../src/rules/simplify.js'
import { filled, own, toFlat } from '../../src/tensor/Tensor.js'
import { run, sameOutcome } from '../support/evaluate.js'
import { expressions } from '../support/expressions.js'
import { operands, rebuild, rebuildMany } from '../../src/graph/families.js'

const x = make.input('x', [3], 'f32')
const exp = (n: Value): Value => make.unary('exp', n)

/** Every operation made anew. */
const rebuilding: Algebra<Value> = { value: rebuild, many: (n, xs) => rebuildMany(n, xs) }

const resultsOf = (n: Node): ReadonlyArray<Value> =>
  isMany(n) ? n.results.map((_, k) => make.project(k, n)) : [n]

/** The results of a node, made anew from what it refers to. */
const again = (n: Node): ReadonlyArray<Value> =>
  isMany(n)
    ? rebuildMany(n, operands(n))
    : [n._tag === 'Project' ? make.project(n.index, n.x) : rebuild(n, operands(n))]

describe('topological order', () => {
  it('has every node once, operands before users', () => {
    fc.assert(
      fc.property(expressions(), ({ results }) => {
        const order = topological(results)
        const place = new Map(order.map((n, k) => [n, k]))
        expect(place.size).toBe(order.length)
        order.forEach((n, k) =>
          below(n).forEach((o) => {
            expect(place.get(o)).toBeLessThan(k)
          })
        )
        results.forEach((n) => {
          expect(place.has(n)).toBe(true)
        })
      })
    )
  })

  it('holds nothing that the roots do not need', () => {
    fc.assert(
      fc.property(expressions(), ({ results }) => {
        const used = new Set<Node>([...results, ...topological(results).flatMap(below)])
        expect(topological(results).every((n) => used.has(n))).toBe(true)
      })
    )
  })

  it('does not enter nodes where it stops', () => {
    const [a, b] = [exp(x), exp(exp(x))]
    expect(topological([make.binary('add', a, b)], (n) => n === a || n === b)).toHaveLength(3)
  })
})

describe('rebuild', () => {
  it('makes the same node from the same operands', () => {
    fc.assert(
      fc.property(expressions(), ({ results }) => {
        for (const n of topological(results)) expect(again(n)).toEqual(resultsOf(n))
      }),
      { numRuns: 300 }
    )
  })

  it('a rewrite that changes nothing changes no meaning', () => {
    fc.assert(
      fc.property(expressions(), ({ results, parameters, values }) => {
        expect(
          sameOutcome(run(rewrite(results, rebuilding), parameters, values), run(results, parameters, values))
        ).toBe(true)
      }),
      { numRuns: 300 }
    )
  })
})

describe('merge', () => {
  it('is idempotent and keeps what is merged', () => {
    fc.assert(
      fc.property(expressions(), ({ results }) => {
        const once = merge(results)
        expect(merge(once).every((n, k) => n === once[k])).toBe(true)
        expect(topological(once).length).toBeLessThanOrEqual(topological(results).length)
      })
    )
  })

  it('shares all of a copy', () => {
    fc.assert(
      fc.property(expressions(), ({ results, parameters, values }) => {
        const copy = rewrite(results, rebuilding)
        expect(topological(merge([...results, ...copy])).length).toBe(topological(merge(results)).length)
        expect(
          sameOutcome(
            run([...copy, ...results], parameters, values),
            run([...results, ...results], parameters, values)
          )
        ).toBe(true)
      })
    )
  })

  it('tells apart what differs in one attribute', () => {
    const m = make.input('m', [2, 2], 'f32')
    const k = make.constant(own([2], 'i32', Int32Array.of(0, 1)))
    const declared: ReadonlyArray<Aval> = [1, 2].map(() => ({ shape: [], dtype: 'f32' }))
    const rule: CustomRule = {
      name: 'same',
      results: () => E.right(declared),
      reference: () => declared.map(() => filled([], 'f32', 1)),
      derivative: () => []
    }
    const different: ReadonlyArray<Value> = [
      make.input('m', [2, 2], 'f32'),
      m,
      make.unary('sin', m),
      make.unary('cos', m),
      make.binary('sub', m, m),
      make.binary('add', m, m),
      make.reduce('sum', [0], m),
      make.reduce('sum', [1], m),
      make.reduce('max', [0], m),
      make.argReduce('max', 0, m),
      make.argReduce('min', 0, m),
      make.argReduce('max', 1, m),
      make.permute([1, 0], m),
      make.reverse([0], m),
      make.reverse([1], m),
      make.slice([0, 0], [1, 1], [1, 1], m),
      make.slice([1, 0], [2, 1], [1, 1], m),
      make.slice([0, 0], [2, 2], [2, 2], m),
      make.pad([0, 0], [1, 0], [0, 0], 0, m),
      make.pad([1, 0], [0, 0], [0, 0], 0, m),
      make.pad([1, 0], [0, 0], [0, 0], -0, m),
      make.pad([0, 0], [0, 0], [1, 0], 0, m),
      make.concat(0, [m, m]),
      make.concat(1, [m, m]),
      make.concat(0, [m, m, m]),
      make.broadcast([2, 2, 2], [0, 1], m),
      make.broadcast([2, 2, 2], [1, 2], m),
      make.reshape([4], m),
      make.reshape([1, 4], m),
      make.convert('f64', m),
      make.convert('i32', m),
      make.contract({ batch: [[], []], contract: [[0], [0]] }, m, m),
      make.contract({ batch: [[], []], contract: [[0], [1]] }, m, m),
      make.contract({ batch: [[0], [0]], contract: [[], []] }, m, m),
      make.contract({ batch: [[0], [0]], contract: [[1], [1]] }, m, m),
      make.contract({ batch: [[1], [1]], contract: [[0], [0]] }, m, m),
      make.gather(0, 0, k, m),
      make.gather(1, 0, k, m),
      make.gather(1, 1, k, m),
      make.scatter(2, 0, 0, k, m),
      make.scatter(2, 1, 0, k, m),
      make.scatter(3, 0, 0, k, m),
      make.iota(0, [2, 2], 'f32'),
      make.iota(1, [2, 2], 'f32'),
      make.constant(filled([2], 'f32', 0)),
      make.constant(filled([2], 'f32', -0)),
      make.constant(filled([2], 'f64', 0)),
      make.constant(filled([1, 2], 'f32', 0)),
      ...make.resultsOf(make.custom(rule, [m]), declared),
      ...make.resultsOf(make.custom({ ...rule }, [m]), declared)
    ]
    const merged = merge(different)
    expect(new Set(merged).size).toBe(different.length)
    expect(different.filter((n) => n._tag === 'Invalid')).toEqual([])
  })

  it('compares constants whose digests agree', () => {
    const big = (last: number): Value =>
      make.constant(
        own(
          [1000],
          'f32',
          Float32Array.from({ length: 1000 }, (_, k) => (k === 999 ? last : 0))
        )
      )
    const [a, b, c] = merge([big(1), big(2), big(1)])
    expect([a === b, a === c]).toEqual([false, true])
  })

  it('erases what only transformations read as far as it is told to', () => {
    const [stopped, copied] = [
      make.unary('stopGradient', x),
      make.unary('copy', make.unary('stopGradient', x))
    ]
    expect(merge([stopped, copied], 'kept')).toEqual([stopped, copied])
    expect(merge([stopped, copied], 'erased')).toEqual([stopped, stopped])
    expect(merge([stopped, copied], 'run')).toEqual([x, x])
  })

  it('joins NaN constants and keeps shared nodes shared', () => {
    const [a, b] = merge([full(NaN, x), full(NaN, x)])
    expect(a).toBe(b)
  })
})

const chainOf = (length: number): Value =>
  Array.from({ length }).reduce<Value>((n, _, k) => make.unary(k % 2 === 0 ? 'sin' : 'neg', n), x)

/** Each step uses the one before twice: 2^60 paths. */
const doubled = (fresh: boolean): Value =>
  Array.from({ length: 60 }).reduce<Value>(
    (n) => (fresh ? make.binary('sub', exp(n), exp(n)) : make.binary('add', n, n)),
    x
  )

const walks: Readonly<Record<string, (n: Value) => unknown>> = {
  merge: (n) => merge([n])[0]?.shape,
  print: (n) => print(n).length > 0,
  dot: (n) => toDot(n).length > 0,
  check: (n) => check(n)._tag,
  simplify: (n) => simplify([n])[0]?.shape,
  evaluate: (n) => run([n], [x], [own([3], 'f32', Float32Array.of(1, 2, 3))])._tag
}

describe('large graphs', () => {
  it.each(Object.entries(walks))(
    '%s: 200,000 nodes in a row',
    (_, walk) => {
      expect(walk(chainOf(200_000))).toBeTruthy()
    },
    10_000
  )

  it.each(Object.entries(walks))(
    '%s: 2^60 paths',
    (_, walk) => {
      expect(walk(doubled(false))).toBeTruthy()
      expect(walk(doubled(true))).toBeTruthy()
    },
    2000
  )

  it('gives the right value for 2^60 paths', () => {
    const result = run([doubled(false)], [x], [own([3], 'f32', Float32Array.of(1, 2, 3))])
    expect(E.isRight(result) && result.right.map(toFlat)).toEqual([[2 ** 60, 2 ** 61, 3 * 2 ** 60]])
  })

  it('prints one line for each node of a chain', () => {
    expect(print(chainOf(200_000)).split('\n')).toHaveLength(200_002)
  })
})
