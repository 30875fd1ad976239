import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { convert, evaluate, ones, showError, tensor, type DType } from '../../src/index.js'
import {
  bitwise,
  besides,
  booleans,
  called,
  counted,
  floats,
  functionsOfTwo,
  indices,
  numbers,
  type Call
} from './calls.js'

/** The first line of what is refused, or what is answered. */
const outcome = (tree: unknown): string => {
  const result = evaluate(tree)
  return E.isLeft(result) ? (showError(result.left).split('\n')[0] ?? '') : 'answers'
}

const of = (dtype: DType) =>
  convert(dtype)(
    tensor([
      [1, 1],
      [1, 1]
    ])
  )

const cases = (
  calls: ReadonlyArray<Call>,
  dtypes: ReadonlyArray<DType>
): ReadonlyArray<readonly [string, DType, Call]> =>
  calls.flatMap((c) => dtypes.map((d) => [c.name, d, c] as const))

describe('operands of a dtype that a function does not take are refused in its own name', () => {
  test.each(cases(floats, ['i32', 'u32', 'bool']))('%s of %s', (name, dtype, { of: f }) => {
    expect(outcome(f(of(dtype)))).toMatch(
      new RegExp(`^${name}: takes f32 or f64, not ${dtype}; convert the operands? first$`)
    )
  })
  test.each([
    ...cases(numbers, ['bool']),
    ...cases(booleans, ['f32', 'f64', 'i32', 'u32']),
    ...cases(bitwise, ['f32', 'f64']),
    ...cases(indices, ['f32', 'f64', 'bool'])
  ])('%s of %s', (name, dtype, { of: f }) => {
    expect(outcome(f(of(dtype)))).toMatch(new RegExp(`^${name}: `))
  })
})

describe('what a function takes it answers', () => {
  test.each([
    ...cases(floats, ['f32', 'f64']),
    ...cases(numbers, ['f32', 'f64', 'i32', 'u32']),
    ...cases(booleans, ['bool']),
    ...cases(bitwise, ['bool', 'i32', 'u32']),
    ...cases(indices, ['i32', 'u32'])
  ])('%s of %s', (_, dtype, { of: f }) => {
    expect(outcome(f(of(dtype)))).toBe('answers')
  })
})

const noCount = [-7, 0.5, NaN, Infinity, -Infinity, 2 ** 53]

describe('numbers that count nothing, and places that are none, are refused in the name of the function', () => {
  test.each(counted.flatMap((c) => noCount.map((n) => [c.name, n, c] as const)))(
    '%s %s',
    (name, n, { of: f }) => {
      expect(outcome(f(n))).toMatch(new RegExp(`^${name}: `))
    }
  )
})

describe('numbers that are not of the dtype are refused in the name of the function', () => {
  test.each(besides.flatMap((c) => [0.5, NaN, Infinity, 2 ** 70].map((n) => [c.name, n, c] as const)))(
    '%s %s',
    (name, n, { of: f }) => {
      expect(outcome(f(n))).toMatch(new RegExp(`^${name}: .*${String(n).replace('+', '.')}`))
    }
  )
})

test('what is no expression is refused in the name of the function that meets it', () => {
  const calls = [...floats, ...numbers, ...booleans, ...bitwise, ...indices]
  for (const { name, of: f } of calls)
    for (const u of [[1, 2], undefined, null, 'x', new Map(), { a: ones([2]) }, new Float32Array(2)])
      expect([name, outcome(f(u))]).toEqual([
        name,
        expect.stringMatching(new RegExp(`^(${name}|reshape): .*not an expression`))
      ])
})

/** Functions of two operands, with operands that do not go together. */
const pairs: ReadonlyArray<readonly [string, (a: unknown, b: unknown) => unknown]> = [
  ...functionsOfTwo.map((name) => [name, (a: unknown, b: unknown) => called(name, [a], [b])] as const),
  ['concat', (a, b) => called('concat', [0], [[a, b]])],
  ['stack', (a, b) => called('stack', [0], [[a, b]])],
  ['einsum', (a, b) => called('einsum', ['ij,ij->'], [a, b])],
  ['where', (a, b) => called('where', [a, b], [tensor(true)])]
]

test.each(pairs)('%s refuses shapes and dtypes that do not go together in its own name', (name, f) => {
  const own = new RegExp(`^${name}: `)
  expect(outcome(f(ones([2, 3]), ones([7, 5, 4])))).toMatch(own)
  if (name !== 'outer') expect(outcome(f(ones([2, 2]), convert('f64')(ones([2, 2]))))).toMatch(own)
})

test('operands in error keep their own names', () => {
  const broken = called('exp', [of('bool')])
  for (const { of: f } of [...floats, ...numbers].filter(({ name }) => !name.startsWith('conv')))
    expect(outcome(f(broken))).toMatch(/^exp: takes f32 or f64, not bool/)
})

test('messages say what to do', () => {
  const classes = tensor([0, 1], 'i32')
  const said = {
    ellipsis: outcome(called('einsum', ['...i,ij'], [ones([2]), ones([2, 2])])),
    oneHot: outcome(called('oneHot', [-1], [classes])),
    eye: outcome(called('eye', [1.5])),
    meanSquaredError: outcome(called('meanSquaredError', [ones([2])], [ones([2], 'f64')])),
    crossEntropy: outcome(called('crossEntropyFromLogits', [classes], [ones([2, 3])])),
    take: outcome(called('take', [classes, -5], [ones([2, 3])])),
    key: outcome(called('key', [0.5])),
    tensor: outcome(called('tensor', [[0.5, 3e9], 'i32'])),
    ragged: outcome(called('tensor', [[[1, 2], [3]]]))
  }
  expect(said).toMatchInlineSnapshot(`
    {
      "crossEntropy": "crossEntropyFromLogits: prediction [2, 3] and target [2] differ; losses do not broadcast. Classes by number become rows with oneHot(...)",
      "ellipsis": "einsum: "...i,ij": an ellipsis is not supported; name every axis, or vmap over the leading ones",
      "eye": "eye: 1.5 is not a size; sizes are integers >= 0",
      "key": "key: 0.5 is not a seed; seeds are integers up to 2^53 - 1 in size",
      "meanSquaredError": "meanSquaredError: dtypes f64 and f32 differ; convert one of them with convert(...)",
      "oneHot": "oneHot: -1 is not a number of classes; numbers are integers >= 0",
      "ragged": "tensor: rows at depth 1 must all have 2 entries, row 1 does not",
      "take": "take: axis -5 is out of range for [2, 3]",
      "tensor": "tensor: element 0 is 0.5, which is not of dtype i32",
    }
  `)
})
