/** Batching is the loop over examples, bit for bit, and commutes with derivatives. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  argmax,
  concat,
  einsum,
  evaluate,
  exp,
  grad,
  gt,
  key,
  logSumExp,
  matmul,
  mean,
  mul,
  normal,
  oneHot,
  pad,
  reshape,
  reverse,
  softmax,
  sub,
  sum,
  take,
  takeAlongAxis,
  tanh,
  tensor,
  toFlat,
  transpose,
  vmap,
  where,
  type Expr,
  type Tensor
} from '../../src/index.js'
import { rows } from '../../src/data/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { messageOf, unsafeFlat, unsafeRight } from '../support/outcome.js'

type V = Expr<[3], 'f32'>

const weights = unsafeRight(evaluate(normal([3, 4])(key(10))))
const batch = unsafeRight(evaluate(normal([5, 3])(key(11))))
const pair = tensor([7, 8])
const others = unsafeRight(evaluate(normal([5, 3])(key(12))))

const example = (x: Tensor<[5, 3], 'f32'>, i: number): V =>
  own([3], 'f32', Float32Array.from(toFlat(unsafeRight(rows([i])(x)))))

const loop = (f: (x: V, y: V) => Expr<unknown, 'f32'>): ReadonlyArray<number> =>
  [0, 1, 2, 3, 4].flatMap((i) => unsafeFlat(f(example(batch, i), example(others, i))))

const square3 = (x: V): Expr<[3, 3], 'f32'> => einsum('i,j->ij')(x, x)

const functions: Readonly<Record<string, (x: V, y: V) => Expr<ReadonlyArray<number>, 'f32'>>> = {
  pointwise: (x, y) => pipe(x, mul(y), exp, add(1), sub(x)),
  'a captured matrix': (x) => pipe(x, matmul(weights), tanh),
  'a captured matrix on the left': (x) => pipe(transpose(weights), matmul(x)),
  'a product of two that vary': (x, y) => pipe(square3(x), matmul(y)),
  'dot product': (x, y) => matmul(y)(x),
  outer: (x, y) => einsum('i,j->ij')(x, y),
  sum: (x) => sum()(x),
  'mean of a captured tensor': (x) => pipe(mean()(weights), add(x)),
  softmax: (x) => softmax()(x),
  logSumExp: (x) => logSumExp()(x),
  where: (x, y) => pipe(x, gt(y), where(x, 0)),
  'where on a captured condition': (x, y) => where(x, y)(tensor([true, false, true])),
  reverse: (x) => reverse()(x),
  pad: (x) => pad([{ low: 1, high: 2 }], 9)(x),
  concat: (x, y) => concat(0)([x, pair, y]),
  reshape: (x) => pipe(square3(x), reshape([9])),
  transpose: (x, y) => transpose(einsum('i,j->ij')(x, y)),
  'captured indices': (x) => take(tensor([2, 2, 0], 'i32'), 0)(x),
  'indices that vary': (x) => pipe(argmax()(x), (i) => take(i, 0)(weights)),
  'indices and source that vary': (x, y) => pipe(x, take(argmax()(y), 0)),
  takeAlongAxis: (x) => takeAlongAxis(tensor([1, 0], 'i32'), 0)(x),
  oneHot: (x) => oneHot(3)(argmax()(x)),
  'a result that is a captured tensor': () => tensor([1, 2, 3])
}

describe.each(Object.entries(functions))('vmap of %s', (_, f) => {
  test('is the loop', () => {
    const mapped = vmap(f)(batch, others)
    expect(mapped.shape[0]).toBe(5)
    expect(mapped.shape.slice(1)).toEqual(f(example(batch, 0), example(others, 0)).shape)
    expect(unsafeFlat(mapped)).toEqual(loop(f))
  })

  test('of its gradient is the loop over gradients', () => {
    const total = (x: V, y: V) => pipe(f(x, y), mul(tensor(0.5)), sum())
    const slope = (x: V, y: V) => grad((p: V) => total(p, y))(x)
    expect(unsafeFlat(vmap(slope)(batch, others))).toEqual(loop(slope))
  })
})

test('nested: a matrix product from dot products', () => {
  const dot = (a: V) => (b: V) => matmul(b)(a)
  const products = vmap((a: V) => vmap(dot(a))(others))(batch)
  expect(products.shape).toEqual([5, 5])
  expect(unsafeFlat(products)).toEqual(unsafeFlat(pipe(batch, matmul(transpose(others)))))
})

test('nested over the same argument: two leading axes', () => {
  const cube = unsafeRight(evaluate(normal([2, 4, 3])(key(13))))
  const f = (x: V) => pipe(x, matmul(weights), softmax())
  const mapped = vmap((m: Expr<[4, 3], 'f32'>) => vmap(f)(m))(cube)
  expect(mapped.shape).toEqual([2, 4, 4])
  const flat = vmap(f)(reshape([8, 3])(cube))
  expect(unsafeFlat(mapped)).toEqual(unsafeFlat(flat))
})

test('the gradient of a sum over a batch is the sum of the gradients', () => {
  const loss = (w: Expr<[3, 4], 'f32'>) => (x: V) => pipe(x, matmul(w), logSumExp())
  const whole = grad((w: Expr<[3, 4], 'f32'>) => pipe(vmap(loss(w))(batch), sum()))(weights)
  const each = vmap((x: V) => grad((w: Expr<[3, 4], 'f32'>) => loss(w)(x))(weights))(batch)
  expect(each.shape).toEqual([5, 3, 4])
  const [a, b] = [unsafeFlat(whole), unsafeFlat(sum(0)(each))]
  a.forEach((v, i) => expect(v).toBeCloseTo(b[i] ?? NaN, 5))
})

test('trees in and out', () => {
  const f = (p: { readonly a: V; readonly b: Expr<[], 'f32'> }) => ({
    scaled: pipe(p.a, mul(p.b)),
    parts: [sum()(p.a)] as const
  })
  const b = tensor([1, 2, 3, 4, 5])
  const { scaled, parts } = vmap(f)({ a: batch, b })
  expect([scaled.shape, parts[0].shape]).toEqual([[5, 3], [5]])
  expect(unsafeFlat(parts[0])).toEqual(unsafeFlat(sum(1)(batch)))
})

test('a batch of none', () => {
  const none = own<[0, 3], 'f32'>([0, 3], 'f32', new Float32Array(0))
  const mapped = vmap((x: V) => pipe(x, matmul(weights), softmax()))(none)
  expect(mapped.shape).toEqual([0, 4])
  expect(unsafeFlat(mapped)).toEqual([])
})

describe('what does not fit', () => {
  type Loose = (...args: ReadonlyArray<Expr>) => Expr

  test.each([
    ['unequal sizes', [batch, unsafeRight(rows([0, 1])(others))], /^vmap: leading sizes 5 and 2 differ/],
    ['a number', [tensor(1), others], /^vmap: needs a leading axis to map over, got a number/]
  ] as const)('%s is one CompileError', (_, args, text) => {
    const mapped: unknown = vmap((x: V, y: V): V => pipe(x, add(y)))
    const result = evaluate((mapped as Loose)(...args))
    expect(E.isLeft(result) && result.left._tag === 'CompileError' && result.left.errors.length).toBe(1)
    expect(messageOf(result)).toMatch(text)
  })

  test('what is wrong inside is reported once', () => {
    const wrong = (x: Expr<number[], 'f32'>) => pipe(x, add(tensor([1, 2, 3, 4]) as Expr<number[], 'f32'>))
    const result = evaluate(vmap(wrong)(batch))
    expect(
      E.isLeft(result) && result.left._tag === 'CompileError' && result.left.errors.map((e) => e.operation)
    ).toEqual(['add'])
  })
})

test('a failed argument is the only cause', () => {
  const failed = pipe(batch as Expr<number[], 'f32'>, add(tensor([1, 2]) as Expr<number[], 'f32'>))
  const mapped: unknown = vmap((x: V, y: V): V => pipe(x, add(y)))
  const result = evaluate((mapped as (x: Expr, y: Expr) => Expr)(batch, sum(0)(failed)))
  expect(
    E.isLeft(result) && result.left._tag === 'CompileError' && result.left.errors.map((e) => e.operation)
  ).toEqual(['add'])
})
