import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  compile,
  convert,
  div,
  evaluate,
  exp,
  grad,
  item,
  jvp,
  key,
  matmul,
  mul,
  normal,
  showError,
  spec,
  sub,
  sum,
  take,
  tensor,
  toFlat,
  toNested,
  valueAndGrad,
  vjp,
  type Engine,
  type Expr,
  reference
} from '../../src/index.js'
import { relu } from '../../src/nn/index.js'
import { applyUpdates } from '../../src/optim/index.js'
import * as make from '../../src/graph/make.js'
import { messageOf, tensorsOf, unsafeFlat, unsafeRight } from '../support/outcome.js'

/** Shapes hidden from the compiler, so that what is wrong is found at run time. */
type Any = Expr<number[], 'f32'>
const any = (x: Any): Any => x

interface Params {
  readonly w: Expr<[2, 2], 'f32'>
  readonly layers: ReadonlyArray<{ readonly b: Expr<[2], 'f32'> }>
}

const affine = (p: Params, x: Expr<[2], 'f32'>) =>
  p.layers.reduce<Expr<[2], 'f32'>>((y, l) => pipe(y, add(l.b)), pipe(x, matmul(p.w)))

const params = { w: tensor([[1, 2], [3, 4]]), layers: [{ b: tensor([10, 20]) }, { b: tensor([100, 200]) }] } // prettier-ignore

/** The compiled function, for arguments that the compiler would refuse. */
type Loose = (...args: ReadonlyArray<unknown>) => ReturnType<typeof evaluate>

describe('arguments', () => {
  const run = unsafeRight(compile(affine)(params, spec([2])))
  const loose = run as Loose
  const x = tensor([1, 1])

  test('a program is a function of its trees', () => {
    expect(pipe(run(params, x), E.map(toNested))).toEqual(E.right([114, 226]))
    expect(pipe(run({ ...params, w: tensor([[0, 0], [0, 0]]) }, x), E.map(toNested))).toEqual(E.right([110, 220])) // prettier-ignore
  })

  test.each([
    ['another shape', [params, tensor([1, 2, 3])], 'x1: expected f32[2], got f32[3]'],
    ['another rank', [params, tensor(1)], 'x1: expected f32[2], got f32[]'],
    ['another dtype', [params, tensor([1, 2], 'f64')], 'x1: expected f32[2], got f64[2]'],
    [
      'another shape, deep in a tree',
      [{ ...params, layers: [params.layers[0], { b: tensor([1]) }] }, x],
      'layers[1].b: expected f32[2], got f32[1]'
    ],
    ['a missing leaf', [{ layers: params.layers }, x], 'run: [0].w is missing'],
    ['a missing element', [{ ...params, layers: [params.layers[0]] }, x], 'run: [0].layers[1].b is missing'],
    ['an extra leaf', [{ ...params, c: x }, x], 'run: [0].c is not expected'],
    ['a missing argument', [params], 'run: [1] is missing'],
    ['an extra argument', [params, x, x], 'run: [2] is not expected'],
    ['a number', [params, 3], 'run: [1] is missing'],
    ['nothing', [params, undefined], 'run: [1] is missing'],
    ['nothing, deep in a tree', [{ ...params, w: undefined }, x], 'run: [0].w is missing']
  ] as const)('%s is a RunError that says where', (_, args, message) => {
    const result = loose(...args)
    expect(E.isLeft(result) && result.left._tag).toBe('RunError')
    expect(messageOf(result)).toBe(message)
  })

  test('keys in another order are the same tree', () => {
    const turned = { layers: params.layers, w: params.w }
    expect(pipe(run(turned, x), E.map(toNested))).toEqual(E.right([114, 226]))
    const difference = (p: { readonly a: Expr<[], 'f32'>; readonly b: Expr<[], 'f32'> }) =>
      pipe(p.a, sub(p.b))
    const less = unsafeRight(compile(difference)({ a: spec([]), b: spec([]) }))
    expect(pipe(less({ b: tensor(1), a: tensor(5) }), E.map(item))).toEqual(E.right(4))
    const [, moved] = jvp(difference)({ a: tensor(0), b: tensor(0) }, { b: tensor(1), a: tensor(5) })
    expect(unsafeFlat(moved)).toEqual([4])
    const [, pullback] = vjp((v: Expr<[], 'f32'>) => ({ once: v, twice: pipe(v, mul(10)) }))(tensor(0))
    expect(unsafeFlat(pullback({ twice: tensor(1), once: tensor(5) }))).toEqual([15])
    const after = applyUpdates({ b: tensor(1), a: tensor(5) })({ a: tensor(100), b: tensor(200) })
    expect([unsafeFlat(after.a), unsafeFlat(after.b)]).toEqual([[105], [201]])
  })

  test('nothing is missed at the first call', () => {
    const fresh = unsafeRight(compile(affine)(params, spec([2]))) as Loose
    expect(messageOf(fresh(params, undefined))).toBe('run: [1] is missing')
  })

  test('a tree that has changed since the last call is looked at again', () => {
    const mine: Record<string, unknown> = { ...params, layers: [...params.layers] }
    expect(pipe(loose(mine, x), E.map((y) => unsafeFlat(y as Any)))).toEqual(E.right([114, 226])) // prettier-ignore
    mine['w'] = tensor([[0, 0], [0, 0]]) // prettier-ignore
    expect(pipe(loose(mine, x), E.map((y) => unsafeFlat(y as Any)))).toEqual(E.right([110, 220])) // prettier-ignore
    mine['extra'] = x
    expect(messageOf(loose(mine, x))).toBe('run: [0].extra is not expected')
  })

  test('an expression is not a value: it must be evaluated first', () => {
    const result = loose(params, pipe(x, add(1)))
    expect(messageOf(result)).toBe(
      'x1: expected f32[2], got f32[2], which is not a tensor; evaluate it first'
    )
    expect(messageOf(loose(params, spec([2])))).toMatch(/which is not a tensor; evaluate it first$/)
  })
})

describe('results', () => {
  test('are trees as the function made them', () => {
    const f = (x: Expr<[2], 'f32'>) => ({
      twice: pipe(x, mul(2)),
      more: [sum()(x), { same: x, name: 'x', none: null }] as const
    })
    const result = unsafeRight(
      pipe(
        compile(f)(spec([2])),
        E.chainW((run) => run(tensor([1, 2])))
      )
    )
    expect(toNested(result.twice)).toEqual([2, 4])
    expect(item(result.more[0])).toBe(3)
    expect(toNested(result.more[1].same)).toEqual([1, 2])
    expect([result.more[1].name, result.more[1].none]).toEqual(['x', null])
  })

  test('may hold nothing, and the same expression twice', () => {
    expect(evaluate({})).toEqual(E.right({}))
    expect(evaluate([])).toEqual(E.right([]))
    const y = exp(tensor(0))
    expect(tensorsOf(unsafeRight(evaluate([y, y]))).map((t) => toFlat(t))).toEqual([[1], [1]])
  })

  test('evaluate is compile without arguments', () => {
    const tree = { a: pipe(tensor([1, 2]), exp), b: [sum()(tensor([3, 4]))] }
    const compiled = unsafeRight(unsafeRight(compile(() => tree)())())
    expect(tensorsOf(compiled)).toEqual(tensorsOf(unsafeRight(evaluate(tree))))
  })

  test('an argument that is not used is still required', () => {
    const run = unsafeRight(compile((_x: Expr<[2], 'f32'>, y: Expr<[], 'f32'>) => y)(spec([2]), spec([])))
    expect(pipe(run(tensor([1, 2]), tensor(5)), E.map(item))).toEqual(E.right(5))
    expect(messageOf((run as Loose)(tensor([1]), tensor(5)))).toBe('x0: expected f32[2], got f32[1]')
  })
})

describe('purity', () => {
  const noise = (x: Expr<[40], 'f32'>) => pipe(normal([40])(key(1)), mul(x), exp, sum())
  const x = unsafeRight(evaluate(normal([40])(key(2))))

  test('the same program gives the same result, whatever ran in between', () => {
    const [f, g] = [unsafeRight(compile(noise)(x)), unsafeRight(compile(grad(noise))(x))]
    const first = toFlat(unsafeRight(f(x)))
    const other = unsafeRight(evaluate(pipe(x, mul(3))))
    unsafeRight(f(other))
    const slope = toFlat(unsafeRight(g(x)))
    unsafeRight(g(other))
    expect(toFlat(unsafeRight(f(x)))).toEqual(first)
    expect(toFlat(unsafeRight(g(x)))).toEqual(slope)
    expect(toFlat(unsafeRight(unsafeRight(compile(noise)(x))(x)))).toEqual(first)
  })

  test('arguments, results and constants are not written to', () => {
    const constant = tensor([1, 2])
    const run = unsafeRight(
      compile((v: Expr<[2], 'f32'>) => [v, pipe(v, add(constant)), constant] as const)(spec([2]))
    )
    const v = tensor([5, 6])
    const [same, total, kept] = unsafeRight(run(v))
    unsafeRight(run(tensor([7, 8])))
    expect([v, same, total, kept, constant].map((t) => toFlat(t))).toEqual([[5, 6], [5, 6], [6, 8], [1, 2], [1, 2]]) // prettier-ignore
  })
})

describe('what cannot be compiled', () => {
  test('an input that is not an argument is a CompileError', () => {
    const stray = make.input('stray', [2], 'f32')
    const result = evaluate(stray)
    expect(E.isLeft(result) && result.left._tag).toBe('CompileError')
    expect(messageOf(result)).toContain('stray')
  })

  test('an argument that leaks out of its function is one', () => {
    const leaked: Array<Expr<[2], 'f32'>> = []
    const f = (x: Expr<[2], 'f32'>) => {
      leaked.push(x)
      return x
    }
    unsafeRight(compile(f)(spec([2])))
    const result = evaluate(leaked)
    expect(E.isLeft(result) && result.left._tag).toBe('CompileError')
  })

  test('each root cause is listed once, however often and deep it is used', () => {
    const bad: Any = pipe(any(tensor([1, 2])), add(any(tensor([1, 2, 3]))))
    const worse: Any = pipe(any(tensor([1, 2])), matmul(any(tensor([1, 2, 3]))))
    const tree = [pipe(bad, exp, mul(bad), add(worse)), pipe(worse, sub(bad)), sum()(bad), relu(bad)]
    const result = evaluate(tree)
    expect(
      E.isLeft(result) && result.left._tag === 'CompileError' && result.left.errors.map((e) => e.operation)
    ).toEqual(['add', 'matmul'])
    expect(messageOf(result).split('\n').length).toBe(6)
  })

  test('derivatives of it report the same cause, once', () => {
    const bad = (x: Any) => pipe(x, add(any(tensor([1, 2, 3]))), sum())
    const result = evaluate(valueAndGrad(bad)(tensor([1, 2])))
    expect(
      E.isLeft(result) && result.left._tag === 'CompileError' && result.left.errors.map((e) => e.operation)
    ).toEqual(['add'])
  })

  test('errors name the line that built the expression', () => {
    const here = new Error('here').stack?.split('\n')[1] ?? ''
    const bad = pipe(any(tensor([1, 2])), add(any(tensor([1, 2, 3]))))
    const line = Number(/:(\d+):\d+\)?$/.exec(here)?.[1])
    expect(messageOf(evaluate(bad))).toMatch(
      new RegExp(`at .*test/program/compile\\.test\\.ts:${String(line + 1)}:\\d+$`)
    )
  })
})

describe('what has no answer at run time', () => {
  test.each([
    ['an index out of range', take(tensor([5], 'i32'), 0)(tensor([1, 2, 3]))],
    ['a negative index', take(tensor([-1], 'i32'), 0)(tensor([1, 2, 3]))],
    ['an integer divided by 0', div(tensor([0], 'i32'))(tensor([1], 'i32'))]
  ] as const)('%s is a RunError', (_, x) => {
    const result = evaluate(x as Expr)
    expect(E.isLeft(result) && result.left._tag).toBe('RunError')
  })

  test('it depends on the values, not on the program', () => {
    const run = unsafeRight(compile((i: Expr<[1], 'i32'>) => take(i, 0)(tensor([1, 2, 3])))(spec([1], 'i32')))
    expect(E.isLeft(run(tensor([3], 'i32')))).toBe(true)
    expect(pipe(run(tensor([2], 'i32')), E.map(toNested))).toEqual(E.right([3]))
  })
})

test('an engine of one’s own gets the graph and its inputs', () => {
  const seen: Array<readonly [number, ReadonlyArray<string>]> = []
  const spy: Engine = {
    name: 'spy',
    compile: ({ results: outputs, parameters: inputs }) => {
      seen.push([outputs.length, inputs.map((i) => i.name)])
      return reference.compile({ results: outputs, parameters: inputs })
    }
  }
  const run = unsafeRight(compile(affine, spy)(params, spec([2])))
  expect(seen).toEqual([[1, ['w', 'layers[0].b', 'layers[1].b', 'x1']]])
  expect(pipe(run(params, tensor([1, 1])), E.map(toNested))).toEqual(E.right([114, 226]))
})

test('f32 rounds after each operation, f64 does not', () => {
  const third = (x: Expr<[], 'f32'> | Expr<[], 'f64'>) => pipe(convert('f64')(x), (y) => unsafeFlat(y)[0])
  expect(third(pipe(tensor(1), div(3)))).toBe(Math.fround(1 / 3))
  expect(third(pipe(tensor(1, 'f64'), div(3)))).toBe(1 / 3)
  expect(pipe(evaluate(pipe(tensor(1), div(3))), E.mapLeft(showError), E.map(item))).toEqual(
    E.right(Math.fround(1 / 3))
  )
})
