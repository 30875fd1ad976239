import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  concat,
  convert,
  einsum,
  evaluate,
  fromFlat,
  fromNested,
  full,
  grad,
  iota,
  jvp,
  key,
  logSumExp,
  mul,
  norm,
  pad,
  primitive,
  showError,
  simplify,
  slice,
  softmax,
  spec,
  square,
  sum,
  tensor,
  toNested,
  variance,
  vmap,
  zeros,
  type CustomRule,
  type Expr
} from '../../src/index.js'
import { apply, binaryCrossEntropyFromLogits, dense, init, relu, sequential } from '../../src/nn/index.js'
import { adam, applyUpdates, gradientDescent } from '../../src/optim/index.js'

const valueOf = (e: Expr): unknown =>
  pipe(
    evaluate(e),
    E.match((x): unknown => showError(x).split('\n')[0], toNested)
  )

describe('simplify inside a differentiated function', () => {
  const f = (x: Expr<[], 'f32'>) => pipe(square(x), mul(1), add(x))

  test('changes no derivative', () => {
    const x = tensor(3)
    expect(valueOf(grad((y: Expr<[], 'f32'>) => simplify(f(y)))(x))).toBe(7)
    expect(valueOf(grad(grad((y: Expr<[], 'f32'>) => simplify(f(simplify(y)))))(x))).toBe(2)
    expect(valueOf(jvp((y: Expr<[], 'f32'>) => simplify(f(y)))(x, tensor(1))[1])).toBe(7)
    const rows = vmap((y: Expr<[], 'f32'>) => simplify(grad((z: Expr<[], 'f32'>) => simplify(f(z)))(y)))
    expect(valueOf(rows(tensor([1, 2])))).toEqual([3, 5])
  })

  test('keeps equal arguments apart', () => {
    const g = (p: readonly [Expr<[], 'f32'>, Expr<[], 'f32'>]) => simplify(pipe(p[0], mul(2), add(p[1])))
    const [a, b] = grad(g)([tensor(1), tensor(1)])
    expect([valueOf(a), valueOf(b)]).toEqual([2, 1])
  })
})

describe('optimizers refuse what does not belong to them', () => {
  const params = { a: tensor([1]), b: tensor([2]) }

  test('updates of another tree', () => {
    const moved = applyUpdates<object>({ b: tensor([10]) })(params) as typeof params
    expect(valueOf(moved.a)).toMatch(/^applyUpdates: .*a is missing/)
    expect(valueOf(moved.b)).toMatch(/^applyUpdates: .*a is missing/)
  })

  test('the state of another optimizer, or of other parameters', () => {
    const optimizer = adam({ learningRate: 0.1 })
    const [wrong] = optimizer.update(params, gradientDescent({ learningRate: 1 }).init(params), params)
    expect(valueOf(wrong.a)).toMatch(/^update: the state is of another optimizer/)
    const other = optimizer.init<object>({ a: tensor([1]) })
    const [strange] = optimizer.update<object>(params, other, params)
    expect(valueOf((strange as typeof params).b)).toMatch(
      /^update: the state is of other parameters: b is missing/
    )
  })

  test('the state of parameters of another shape or dtype', () => {
    const optimizer = adam({ learningRate: 0.1 })
    const old = optimizer.init<object>({ a: tensor([1, 2]), b: tensor([2]) })
    const [strange] = optimizer.update<object>(params, old, params)
    expect(valueOf((strange as typeof params).a)).toBe(
      'update: the state is of other parameters: a is f32[2], expected f32[1]'
    )
    const moved = applyUpdates<object>({ a: tensor([1], 'f64'), b: tensor([2]) })(params) as typeof params
    expect(valueOf(moved.a)).toMatch(/^applyUpdates: .*a is f64\[1\], expected f32\[1\]/)
  })

  test('integers among the parameters stay as they are', () => {
    const mixed = { w: tensor([1]), count: tensor([7], 'i32') }
    const optimizer = adam({ learningRate: 0.5 })
    const [updates] = optimizer.update(mixed, optimizer.init(mixed), mixed)
    const next = applyUpdates(updates)(mixed)
    expect(valueOf(next.count)).toEqual([7])
    expect(valueOf(next.w)).toEqual([0.5])
  })
})

describe('what no tensor can hold is an error', () => {
  test('too many elements', () => {
    expect(valueOf(full([1e9, 1e9], 0))).toMatch(/^full: .* has more than 2147483647 elements/)
    expect(valueOf(iota([1e12]))).toMatch(/^iota: .* has more than/)
    expect(valueOf(pad([{ low: 2 ** 33 }])(tensor([1])))).toMatch(/^pad: the result .* has more than/)
  })

  test('numbers that are not of the dtype', () => {
    expect(valueOf(full([2], 1.5, 'i32'))).toMatch(/^full: 1.5 is not of dtype i32/)
    expect(valueOf(full([], 2, 'bool'))).toMatch(/^full: 2 is not of dtype bool/)
    expect(valueOf(pad([{ low: 1 }], -1)(tensor([1], 'u32')))).toMatch(/^pad: -1 is not of dtype u32/)
    expect(fromFlat([2], 'i32')([1, 1.5])).toMatchObject({
      left: { message: 'fromFlat: element 1 is 1.5, which is not of dtype i32' }
    })
    expect(fromNested([[1], [-1]], 'u32')).toMatchObject({
      left: { message: 'fromNested: element 1 is -1, which is not of dtype u32' }
    })
  })

  test('an average over nothing', () => {
    expect(valueOf(variance(0, { correction: 2 })(tensor([1, 2])))).toMatch(
      /^variance: correction 2 leaves no elements/
    )
  })

  test('a description where an expression is expected', () => {
    const described: { readonly _tag: string } = spec([2])
    expect(valueOf(described as Expr)).toMatch(/^a Spec is not an expression/)
  })

  test('the gradient of an integer', () => {
    const whole = (x: Expr<[], 'f32'>): Expr => convert('i32')(x)
    const f = (x: Expr<[], 'f32'>) => whole(x) as Expr<[], 'f32'>
    expect(valueOf(grad(f)(tensor(1)))).toMatch(/^grad: needs a function whose result is f32 or f64, got i32/)
  })

  test('a linear map of another shape than its rule declares', () => {
    const rule: CustomRule = {
      name: 'crooked',
      results: ([x]) => (x === undefined ? E.left('takes\none operand') : E.right([x])),
      reference: (xs) => xs,
      derivative: () => [[{ apply: (t) => t, transpose: (t) => sum()(t as Expr<number[], 'f32'>) }]]
    }
    const f = (x: Expr<[2], 'f32'>) => sum()(primitive(rule)(x)[0] as Expr<[2], 'f32'>)
    expect(valueOf(grad(f)(tensor([1, 2])))).toMatch(
      /^derivative: a linear map .* yields f32\[\], expected f32\[2\]/
    )
    expect(valueOf(primitive(rule)()[0]!)).toBe('crooked: takes one operand')
  })
})

describe('nothing at all', () => {
  test('compositions of empty tensors', () => {
    expect(valueOf(norm()(zeros([0])))).toBe(0)
    expect(valueOf(logSumExp(1)(zeros([2, 0])))).toEqual([-Infinity, -Infinity])
    expect(valueOf(softmax()(zeros([2, 0])))).toEqual([[], []])
    expect(valueOf(grad((x: Expr<[0], 'f32'>) => norm()(x))(zeros([0])))).toEqual([])
  })
})

describe('infinities that do not take part', () => {
  test('off the diagonal', () => {
    const x = tensor([
      [1, NaN],
      [Infinity, 4]
    ])
    expect(valueOf(einsum('ii->i')(x))).toEqual([1, 4])
    expect(valueOf(einsum('ii')(x))).toBe(5)
  })

  test('a certain logit with target 0 or 1', () => {
    const loss = binaryCrossEntropyFromLogits(tensor([0, 1]))(tensor([-Infinity, Infinity]))
    expect(valueOf(loss)).toEqual([0, 0])
  })
})

describe('many operations on one operand', () => {
  test('200,000 operands of one concatenation', () => {
    const x = tensor([1])
    const long = concat(0)(Array.from({ length: 200_000 }, () => x) as ReadonlyArray<Expr<[1], 'f32'>>)
    expect(valueOf(sum()(long as Expr<number[], 'f32'>))).toBe(200_000)
  })

  test('20,000 slices of one tensor are told apart', () => {
    const n = 20_000
    const x: Expr<number[], 'f32'> = full([n], 1)
    const parts = Array.from({ length: n }, (_, i) => slice([[i, i + 1]])(x))
    expect(valueOf(sum()(concat(0)(parts)))).toBe(n)
  })
})

test('a mistake inside a network tells the line outside the library', () => {
  const net = sequential(dense(4, 8), relu, dense(8, 3))
  const wide: Expr<number[], 'f32'> = full([5], 1)
  const y = apply(net)(init(net)(key(0)))(wide)
  const text = pipe(
    evaluate(y),
    E.match(showError, () => '')
  )
  expect(text).toMatch(/^layer 0 dense: matmul: inner dimensions 5 and 4 differ/)
  expect(text).toMatch(/at .*boundaries\.test\.ts:\d+:\d+$/)
  expect(text.split('\n').length).toBe(3)
})
