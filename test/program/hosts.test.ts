/** Tensors and results in the hands of others: copied, compared, printed, edited. */
import { deepStrictEqual, throws } from 'node:assert'
import { inspect } from 'node:util'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { tensorCodec, writeCheckpoint } from '../../src/codec/index.js'
import {
  add,
  compile,
  evaluate,
  fromFlat,
  fromNested,
  mul,
  reference,
  spec,
  sum,
  tensor,
  toFlat,
  wasm,
  type Engine,
  type Expr,
  type Nested,
  type Tensor
} from '../../src/index.js'
import { isTensor } from '../../src/tensor/Tensor.js'
import { unsafeRight } from '../support/outcome.js'

type Row = Expr<[2000], 'f32'>

interface State {
  readonly large: Row
  readonly more: readonly [Row, Row]
  readonly small: { readonly a: Expr<[3], 'f32'>; readonly b: Expr<[], 'f32'> }
}

const step = ({ large, more: [x, y], small: { a, b } }: State) =>
  [
    {
      large: pipe(large, add(b)),
      more: [pipe(x, mul(2)), pipe(y, add(large))],
      small: { a: pipe(a, add(1)), b: pipe(b, add(0.5)) }
    },
    sum()(large),
    pipe(large, mul(x))
  ] as const

const shapes = {
  large: spec([2000]),
  more: [spec([2000]), spec([2000])],
  small: { a: spec([3]), b: spec([]) }
} as const

const row = (from: number): Tensor<[2000], 'f32'> => {
  const made = fromFlat([2000])(Array.from({ length: 2000 }, (_, i) => from + i / 8))
  if (E.isLeft(made)) throw new Error(made.left.message)
  return made.right
}

const start = {
  large: row(0),
  more: [row(1), row(2)],
  small: { a: tensor([1, 2, 3]), b: tensor(1) }
} as const

const compiled = (engine: Engine) => unsafeRight(compile(step, engine)(shapes))

/** Results after two runs, of which the first ones are overwritten. */
const results = (engine: Engine) => {
  const run = compiled(engine)
  const first = unsafeRight(run(start))
  return [first, unsafeRight(run(first[0]))] as const
}

const sent = (u: unknown): unknown => {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(u)
  const got = receiveMessageOnPort(port2) as { readonly message: unknown }
  port1.close()
  return got.message
}

const expectedValues = results(reference)

const travels: ReadonlyArray<readonly [string, (u: unknown) => unknown]> = [
  ['as it is', (u) => u],
  ['structuredClone', (u) => structuredClone(u)],
  ['postMessage', sent]
]

describe('results in the hands of others', () => {
  for (const [name, travel] of travels)
    it(`are equal and whole: ${name}`, () => {
      const there = travel(results(wasm))
      expect(there).toEqual(expectedValues)
      expect(there).toStrictEqual(expectedValues)
      deepStrictEqual(there, expectedValues)
      deepStrictEqual(travel(results(wasm)[0][0].more), expectedValues[0][0].more)
      deepStrictEqual(travel(results(wasm)[0][2]), expectedValues[0][2])
    })

  it('can be arguments again, wherever they come from', () => {
    const run = compiled(wasm)
    const expected = unsafeRight(run(expectedValues[1][0]))
    for (const [, travel] of travels) {
      const [, [state]] = results(wasm)
      const again = travel({ ...state }) as typeof state
      deepStrictEqual(unsafeRight(run(again)), expected)
      expect(isTensor({ ...state.large })).toBe(true)
    }
  })

  it('come back from JSON through the codec', () => {
    const [[state]] = results(wasm)
    const parsed: unknown = JSON.parse(JSON.stringify(state.large))
    deepStrictEqual(tensorCodec([2000], 'f32').decode(parsed), E.right(expectedValues[0][0].large))
    deepStrictEqual(tensorCodec().decode(structuredClone(state.large)), E.right(expectedValues[0][0].large))
    const lost: unknown = JSON.parse(JSON.stringify(tensor([1, NaN])))
    expect(E.isLeft(tensorCodec().decode(lost))).toBe(true)
  })

  it('are printed with their numbers', () => {
    const [[state, total, large]] = results(wasm)
    for (const t of [state.large, total, large, state.small.a])
      expect(inspect(t)).toMatch(/shape: .*dtype: 'f32'.*Float32Array\(\d+\) \[/s)
  })

  it('that have lost their elements are no tensors, and are not written', () => {
    const { data: _, ...lost } = tensor([1, 2])
    const short = { ...tensor([1, 2]), data: new Float32Array(1) }
    const other = { ...tensor([1, 2]), data: new Float64Array(2) }
    for (const odd of [lost, short, other]) {
      expect(isTensor(odd)).toBe(false)
      const written = writeCheckpoint({ meta: null, params: { w: odd as Tensor<[2], 'f32'> } })
      expect(written).toEqual(E.left(['params.w: expected a tensor, got one that has lost elements']))
    }
  })
})

describe('editing what was handed out', () => {
  it('has no effect but an error, or the effect that it should have', () => {
    const run = compiled(wasm)
    const [state] = unsafeRight(run(start))
    throws(() => Reflect.set(state, 'large', row(5)) || Object.assign(state, { large: row(5) }))
    throws(() => Object.assign(state.small, { a: tensor([7, 7, 7]) }))
    deepStrictEqual(unsafeRight(run(state)), expectedValues[1])
    const edited = { ...state, large: row(5) }
    deepStrictEqual(unsafeRight(run(edited)), unsafeRight(compiled(reference)(edited)))
  })

  it('shapes are frozen, and lists that shapes were given by are not held on to', () => {
    const [[state, total, large]] = results(wasm)
    for (const t of [state.large, total, large, tensor([1]), ...unsafeRight(evaluate([add(1)(tensor([1]))]))])
      expect(Object.isFrozen(t.shape)).toBe(true)
    const list: [2, 3] = [2, 3]
    const run = unsafeRight(
      compile((x: Expr<[2, 3], 'f32'>) => add(1)(x))({ _tag: 'Spec', shape: list, dtype: 'f32' })
    )
    list.reverse()
    const t = tensor([
      [1, 2, 3],
      [4, 5, 6]
    ])
    deepStrictEqual(toFlat(unsafeRight(run(t))), [2, 3, 4, 5, 6, 7])
    const encoded = tensorCodec().encode(t)
    expect(Object.isFrozen(encoded.shape)).toBe(false)
  })
})

describe('hosts whose stacks cannot be read', () => {
  const message = (): unknown => {
    const made = evaluate(
      add(tensor([1, 2]) as Expr<[number], 'f32'>)(tensor([1, 2, 3]) as Expr<[number], 'f32'>)
    )
    return E.isLeft(made) && made.left._tag === 'CompileError' ? made.left.errors[0]?.message : made
  }

  it('say what is wrong without the line', () => {
    const expected = message()
    expect(typeof expected).toBe('string')
    const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
    const [failing, listing] = [
      () => unsafeRight(E.left({ _tag: 'RunError', operation: '', message: '' })),
      () => []
    ]
    for (const odd of [failing, listing]) {
      Error.prepareStackTrace = odd
      const found = message()
      if (prepare === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace')
      else Object.defineProperty(Error, 'prepareStackTrace', prepare)
      expect(found).toBe(expected)
    }
  })

  it('also where errors are frozen', () => {
    const own = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')!
    const expected = message()
    Object.defineProperty(Error, 'stackTraceLimit', { ...own, writable: false })
    const found = message()
    Object.defineProperty(Error, 'stackTraceLimit', own)
    expect(found).toBe(expected)
  })
})

describe('arguments', () => {
  it('with a getter that runs the same program are taken as they are', () => {
    const run = unsafeRight(
      compile((p: { readonly a: Expr<[], 'f32'>; readonly b: Expr<[], 'f32'> }) => mul(p.b)(p.a))({
        a: spec([]),
        b: spec([])
      })
    )
    const odd = {
      a: tensor(3),
      get b() {
        unsafeRight(run({ a: tensor(8), b: tensor(9) }))
        return tensor(4)
      }
    }
    expect(toFlat(unsafeRight(run(odd)))).toEqual([12])
  })

  it('are compared as trees', () => {
    const run = unsafeRight(
      compile((p: { readonly a: { readonly b: Expr<[], 'f32'> }; readonly kind: string }) => add(1)(p.a.b))({
        a: { b: spec([]) },
        kind: 'x'
      })
    )
    const odd = (u: unknown) => run(u as Parameters<typeof run>[0])
    expect(E.isRight(odd({ a: { b: tensor(1) }, kind: 'x' }))).toBe(true)
    for (const u of [
      { 'a.b': tensor(1), kind: 'x' },
      { a: [tensor(1)], kind: 'x' },
      { a: { b: tensor(1) }, kind: 'y' }
    ])
      expect(E.isLeft(odd(u))).toBe(true)
  })

  it('that hold themselves are refused', () => {
    const a: Array<Nested> = []
    a.push(a)
    expect(E.isLeft(fromNested(a))).toBe(true)
  })
})
