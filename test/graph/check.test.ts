import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as make from '../../src/graph/make.js'
import { check, faultsOf } from '../../src/graph/check.js'
import {
  isMany,
  type Aval,
  type Custom,
  type CustomRule,
  type Many,
  type Node,
  type Value
} from '../../src/graph/Expr.js'
import { callResults, caseResults, scanResults } from '../../laws/grow/control.js'
import { full } from '../../src/graph/terms.js'
import { showError } from '../../src/graph/failure.js'
import { elements, own } from '../../src/tensor/Tensor.js'
import { allocate } from '../../src/tensor/DType.js'
import { expressions } from '../support/expressions.js'
import { reading } from '../support/reading.js'

const x = make.input('x', [2, 3], 'f32')
const y = make.input('y', [2, 3], 'f32')
const b = make.input('b', [2, 3], 'bool')
const i = make.input('i', [2], 'i32')
const key = make.input('key', [2], 'u32')

const rule: CustomRule = {
  name: 'both',
  results: ([a]) =>
    a === undefined ? E.left('takes one operand') : E.right([a, { shape: [], dtype: 'f32' }]),
  reference: (xs) => [
    ...xs.map((t) => own(t.shape, t.dtype, elements(t).slice())),
    own([], 'f32', allocate('f32', 1))
  ],
  derivative: () => []
}
const custom = make.custom(rule, [x]) as Custom

const along = (rank: number) => {
  const all = (n: number): ReadonlyArray<number> => Array.from({ length: rank }, () => n)
  return { strides: all(1), low: all(0), inputDilation: all(1), windowDilation: all(1) }
}
const windows = along(1)
const kernel = make.input('kernel', [1, 1, 3, 4], 'f32')

/** What some values are results of. */
const manyOf = ([y]: ReadonlyArray<Value>): Many => (y?._tag === 'Project' ? y.x : custom)

const row = make.input('row', [3], 'f32')

const loop = (limit: number): ReadonlyArray<Value> => {
  const [k, j] = [make.input('carry', [], 'i32'), make.input('carry', [], 'i32')]
  const condition = make.binary('lt', k, full(limit, k))
  const made = make.whileLoop(
    0,
    { parameters: [k], results: [condition] },
    { parameters: [j], results: [make.binary('add', j, j)] },
    [full(1, k)]
  )
  return made._tag === 'Invalid' ? [made] : make.resultsOf(made, made.results)
}

type Family = Exclude<Node['_tag'], 'Invalid'>

/** A right node of each family; a new family needs a row. */
const right: { readonly [F in Family]: F extends Many['_tag'] ? Many : Value } = {
  Input: x,
  Constant: make.constant(own([2], 'f32', Float32Array.of(1, 2))),
  Iota: make.iota(0, [2, 3], 'i32'),
  Unary: make.unary('exp', x),
  Binary: make.binary('add', x, y),
  Select: make.select(b, x, y),
  Convert: make.convert('i32', x),
  Reduce: make.reduce('sum', [1], x),
  ArgReduce: make.argReduce('max', 1, x),
  Broadcast: make.broadcast([4, 2, 3], [1, 2], x),
  Reshape: make.reshape([6], x),
  Permute: make.permute([1, 0], x),
  Slice: make.slice([0, 1], [2, 3], [1, 1], x),
  Pad: make.pad([0, 1], [0, 1], [0, 0], 0, x),
  Concat: make.concat(0, [x, y]),
  Reverse: make.reverse([0], x),
  Contract: make.contract({ batch: [[], []], contract: [[1], [1]] }, x, y),
  Conv: make.conv([2], windows, kernel, make.reshape([1, 1, 2, 3], x)),
  Window: make.window('max', [1, 2], [2, 2], { ...windows, ...along(2) }, x),
  Gather: make.gather(0, 0, i, x),
  Scatter: make.scatter(5, 0, 0, i, x),
  RandomBits: make.randomBits([4], key),
  Custom: custom,
  Call: manyOf(callResults(x, y)),
  Scan: manyOf(scanResults(false, row, row, x)),
  While: manyOf(loop(4)),
  Case: manyOf(caseResults(1, x, y)),
  Project: make.project(1, custom)
}

const messages = (n: object): ReadonlyArray<string> => {
  const result = check(n)
  return E.isLeft(result) ? result.left.errors.map((e) => `${e.operation}: ${e.message}`) : []
}

const cases: ReadonlyArray<readonly [string, Node]> = Object.entries(right)

/** A node that says something else of its result, or of the first of several. */
const saying = (n: Node, change: (said: Aval) => Partial<Aval>): Node =>
  isMany(n)
    ? { ...n, results: n.results.map((r, k) => (k === 0 ? { ...r, ...change(r) } : r)) }
    : { ...n, ...change(n) }

describe('check', () => {
  it.each(cases)('accepts a right %s', (tag, n) => {
    expect(n._tag).toBe(tag)
    expect(check(reading(n))).toEqual(E.right(reading(n)))
  })

  it.each(cases)('refuses a %s of a wrong shape', (_, n) => {
    const wrong = saying(n, ({ shape }) => ({
      shape: n._tag === 'Input' || n._tag === 'Iota' ? [2, -3] : [7, ...shape]
    }))
    expect(messages(reading(wrong))).toHaveLength(1)
  })

  it.each(cases.filter(([tag]) => tag !== 'Input' && tag !== 'Iota' && tag !== 'Convert'))(
    'refuses a %s of a wrong dtype',
    (_, n) => {
      const wrong = saying(n, ({ dtype }) => ({ dtype: dtype === 'f64' ? 'f32' : 'f64' }))
      expect(messages(reading(wrong))).toHaveLength(1)
    }
  )

  it('refuses attributes that the constructors would refuse', () => {
    const [reduce, permute, project, gather] = [right.Reduce, right.Permute, right.Project, right.Gather]
    expect(messages({ ...reduce, axes: [2] })).toEqual([
      'check Reduce: axes [2] are not distinct axes of [2, 3]'
    ])
    expect(messages({ ...permute, permutation: [0, 0] })).toEqual([
      'check Permute: [0, 0] is not a permutation of the 2 axes of [2, 3]'
    ])
    expect(messages({ ...project, index: 2 })).toEqual([
      'check Project: both has 2 results, asked for number 2'
    ])
    expect(messages({ ...gather, indices: x })).toEqual([
      'check Gather: indices are f32, expected i32 or u32'
    ])
  })

  it('is as strict as the constructors: sizes, limits and padding of bool', () => {
    const bad: ReadonlyArray<Value> = [
      make.scatter(-1, 0, 0, i, x),
      make.scatter(1.5, 0, 0, i, x),
      make.slice([0, 0], [1.5, 3], [1, 1], x),
      make.pad([1, 0], [0, 0], [0, 0], 2, b),
      make.gather(0, 3, i, x)
    ]
    expect(bad.map((n) => n._tag)).toEqual(bad.map(() => 'Invalid'))
    const scalarIndex = make.input('k', [], 'i32')
    expect(make.scatter(5, 0, 0, scalarIndex, make.input('t', [], 'f32'))).toMatchObject({
      _tag: 'Scatter',
      shape: [5]
    })
  })

  it('refuses operands put in by hand', () => {
    expect(messages({ ...right.Binary, b: i })).toEqual([
      'check Binary: dtypes f32 and i32 differ; convert one of them with convert(...)'
    ])
    expect(messages({ ...right.Project, x: y })).toEqual(['check Project: Input was made from its operands'])
    expect(messages({ ...right.Unary, x: i })).toHaveLength(1)
  })

  it('refuses a primitive whose further results differ', () => {
    const further: Custom = {
      ...custom,
      results: [
        { shape: [2, 3], dtype: 'f32' },
        { shape: [1], dtype: 'f32' }
      ]
    }
    expect(messages(reading(further))).toEqual([
      'check Custom: the node says f32[2, 3], f32[1], its operands make f32[2, 3], f32[]'
    ])
    const fewer: Custom = { ...custom, results: custom.results.slice(0, 1) }
    expect(messages(reading(fewer))).toEqual([
      'check Custom: the node says f32[2, 3], its operands make f32[2, 3], f32[]'
    ])
  })

  it('refuses a constant that is not its tensor', () => {
    const short = own([3], 'f32', Float32Array.of(1, 2))
    expect(messages(make.constant(short))).toEqual(['check Constant: f32[3] holds 2 elements'])
  })

  it('finds a wrong node deep in a graph, once, and only there', () => {
    const wrong: Value = { ...right.Reduce, shape: [3] }
    const user = make.binary('add', make.unary('exp', wrong), wrong)
    expect(messages({ loss: user, other: [wrong] })).toEqual([
      'check Reduce: the node says f32[3], its operands make f32[2]'
    ])
  })

  it('reports shape errors of the program with their place', () => {
    const bad = make.binary('add', x, make.reshape([6], x))
    const result = check({ a: make.unary('exp', bad), b: x })
    expect(E.isLeft(result) && showError(result.left)).toMatch(
      /^add: shapes \[2, 3\] and \[6\] differ\n {2}operands: f32\[2, 3\], f32\[6\]\n {2}at .*check\.test\.ts:\d+:\d+$/
    )
  })

  it('accepts every graph that is built', () => {
    fc.assert(
      fc.property(expressions(), ({ results }) => {
        expect(faultsOf(results)).toEqual([])
      }),
      { numRuns: 1000 }
    )
  })
})
