import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { expect, test } from 'vitest'
import { register, type Program } from '../../laws/index.js'
import { fail, firstFailure, law, pass, type Verdict } from '../../laws/law/index.js'
import { anyOperation } from '../../laws/grow/anywhere.js'
import {
  add,
  broadcastTo,
  div,
  evaluate,
  explain,
  type KernelReport,
  grad,
  key,
  matmul,
  mean,
  mul,
  showExplanation,
  softmax,
  scan,
  spec,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  vmap,
  type CompileError,
  type Explanation,
  type Expr
} from '../../src/index.js'
import { crossEntropyFromLogits, dense, forward, init, type Params } from '../../src/nn/index.js'
import { adam } from '../../src/optim/index.js'
import { trainState, trainStep } from '../../src/train/index.js'
import { explanationOf, compileModule } from '../../src/wasm/index.js'
import { messageOf, unsafeRight } from '../support/outcome.js'

const layer = dense(4, 3)
type Weights = Params<typeof layer>

const loss = (p: Weights, x: Expr<[32, 4], 'f32'>, y: Expr<[32, 3], 'f32'>) =>
  pipe(vmap((one: Expr<[4], 'f32'>) => tanh(forward(layer)(p)(one)))(x), crossEntropyFromLogits(y), mean())

const optimizer = adam({ learningRate: 0.01 })
const state = unsafeRight(evaluate(trainState(optimizer)(init(layer)(key(0)))))

const normalized = (x: Expr<[4096, 64], 'f32'>) => {
  const centred = pipe(x, sub(mean(-1, { keepDims: true })(x)))
  return pipe(centred, div(pipe(square(centred), mean(-1, { keepDims: true }), add(1e-5), sqrt)))
}

const golden: ReadonlyArray<readonly [string, () => E.Either<CompileError, Explanation>]> = [
  ['training', () => explain(trainStep(optimizer)(loss))(state, spec([32, 4]), spec([32, 3]))],
  ['softmax of rows', () => explain((x: Expr<[4096, 64], 'f32'>) => softmax()(x))(spec([4096, 64]))],
  [
    'gradients of rows',
    () =>
      explain((x: Expr<[4096, 64], 'f32'>, y: Expr<[4096, 64], 'f32'>) =>
        grad((z: typeof x) => pipe(normalized(z), crossEntropyFromLogits(y), mean()))(x)
      )(spec([4096, 64]), spec([4096, 64]))
  ],
  ['softmax', () => explain((x: Expr<[4, 5], 'f32'>) => softmax()(x))(spec([4, 5]))],
  [
    'broadcast',
    () =>
      explain((x: Expr<[5], 'f64'>, y: Expr<[4, 5], 'f64'>) => pipe(x, broadcastTo([4, 5]), add(y), sum(1)))(
        spec([5], 'f64'),
        spec([4, 5], 'f64')
      )
  ],
  [
    'a loop',
    () =>
      explain((h: Expr<[3], 'f32'>, xs: Expr<[5, 3], 'f32'>) => {
        const cell = scan((c: Expr<[3], 'f32'>, x: Expr<[3], 'f32'>) => {
          const next = tanh(add(x)(c))
          return [next, sum()(next)]
        })
        return grad((c: Expr<[3], 'f32'>) => sum()(cell(c, xs)[1]))(h)
      })(spec([3]), spec([5, 3]))
  ],
  [
    'a loop over whole vectors',
    () =>
      explain((h: Expr<[4], 'f32'>, xs: Expr<[5, 4], 'f32'>) => {
        const cell = scan((c: Expr<[4], 'f32'>, x: Expr<[4], 'f32'>) => {
          const next = tanh(add(x)(c))
          const y: Expr<[4], 'f32'> = pipe(next, mul(x))
          return [next, y]
        })
        return grad((c: Expr<[4], 'f32'>) => sum()(cell(c, xs)[1]))(h)
      })(spec([4]), spec([5, 4]))
  ]
]

test.each(golden)('what %s consists of', async (name, explanation) => {
  await expect(`${showExplanation(unsafeRight(explanation()))}\n`).toMatchFileSnapshot(`golden/${name}.txt`)
})

const expectThat = (holds: boolean, message: string): Verdict => (holds ? pass : fail(message))

/** An unsigned LEB128 at a place, and the place behind it. */
const lebAt = (bytes: Uint8Array, at: number): readonly [number, number] => {
  const byte = bytes[at] ?? 0
  if (byte < 128) return [byte, at + 1]
  const [high, end] = lebAt(bytes, at + 1)
  return [high * 128 + byte - 128, end]
}

/** How many functions a module has, and the bytes that they take in its section of code. */
const codeOf = (bytes: Uint8Array): { readonly count: number; readonly size: number } => {
  const find = (at: number): { readonly count: number; readonly size: number } => {
    const [length, from] = lebAt(bytes, at + 1)
    if (bytes[at] !== 10) return at < bytes.length ? find(from + length) : { count: 0, size: 0 }
    const [count, first] = lebAt(bytes, from)
    return { count, size: from + length - first }
  }
  return find(8)
}

/** A kernel and all kernels inside it. */
const withInside = (k: KernelReport): ReadonlyArray<KernelReport> => [
  k,
  ...(k.inside ?? []).flatMap(withInside)
]

/** Whether an explanation fits together, and what it says of the code fits the module. */
const judge = (e: Explanation, module: Uint8Array): Verdict => {
  const code = codeOf(module)
  const known = new Map(e.buffers.map((b) => [b.name, b]))
  const used = e.kernels.flatMap((k, i) => [...k.reads, ...k.writes].map((name) => ({ name, i })))
  const functions = [...e.kernels.flatMap(withInside), ...e.functions]
  const bytes = functions.reduce((n, k) => n + k.codeBytes, 0)
  return firstFailure(
    () => expectThat(known.size === e.buffers.length, 'two buffers of one name'),
    () =>
      expectThat(
        used.every(
          ({ name, i }) => (known.get(name)?.first ?? NaN) <= i && (known.get(name)?.last ?? NaN) >= i
        ),
        'a kernel uses a buffer that is not there'
      ),
    () =>
      expectThat(
        e.buffers.every((b) => b.address + b.bytes <= e.peakBytes),
        'a buffer lies behind the peak'
      ),
    () => expectThat(e.peakBytes <= e.memoryBytes, 'the peak lies behind the memory'),
    () => expectThat(functions.length === code.count, 'there are other functions than those that are listed'),
    () => expectThat(bytes === code.size, 'the sizes of the functions do not add up to the code'),
    () => expectThat(e.codeBytes === module.length, 'the module has another size')
  )
}

register({
  name: 'explanations',
  parents: [],
  laws: [
    law({
      name: 'fit together',
      statement: { left: 'what is said of the kernels', right: 'what is said of buffers and memory' },
      arbitrary: anyOperation,
      judge: (region: Program) =>
        pipe(
          compileModule(region),
          E.match(
            () => pass,
            (p) => judge(explanationOf(p), p.bytes)
          )
        ),
      numRuns: 300
    })
  ]
})(test)

test('what cannot be compiled cannot be explained, for the same reason', () => {
  const sumOf = (x: Expr<ReadonlyArray<number>, 'f32'>, y: Expr<ReadonlyArray<number>, 'f32'>) => add(y)(x)
  const shapes = [spec([2] as ReadonlyArray<number>), spec([3] as ReadonlyArray<number>)] as const
  expect(messageOf(explain(sumOf)(...shapes))).toMatch(/add/)
  expect(E.isRight(explain(sumOf)(shapes[0], shapes[0]))).toBe(true)
})

/** Large enough that the rows of some panels are a function of their own, with panels of both kinds. */
const products = (x: Expr<[64, 40], 'f32'>, ...[u, v, w]: ReadonlyArray<Expr<[40, 20], 'f32'>>) =>
  [pipe(x, matmul(u!), tanh), pipe(x, matmul(v!)), pipe(x, matmul(w!))] as const

test('every function is listed once: kernels, what runs them, and what they share', () => {
  const { kernels, functions } = unsafeRight(
    explain(products)(spec([64, 40]), spec([40, 20]), spec([40, 20]), spec([40, 20]))
  )
  expect(kernels.flatMap((k) => k.operations)).toEqual(['contract', 'tanh', 'contract', 'contract'])
  const names = functions.map((f) => f.name)
  expect(names.slice(0, 5)).toEqual(['part 0', 'step', 'commit', 'tidy f32', 'tidy f64'])
  expect(new Set(names).size).toBe(names.length)
  const shared = names.filter((name) => name.startsWith('rows '))
  expect(shared.map((name) => /^rows f32 \d+ of 64 x 40 x (\d+) of 20,/.exec(name)?.[1])).toEqual([
    '16',
    '4',
    '16',
    '4'
  ])
})
