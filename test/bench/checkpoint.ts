/**
 * A loop of many GRU steps and its derivative (hidden 64, batch 1, f32) by which states are kept, a line of JSON each: what its plan needs at most at a
 * time, beside the plan that keeps all, the time to compile and to run, and whether value and gradient have the same bits. `npm run bench:checkpoint`
 * takes 10,000 steps and 100,000; numbers after it are other counts.
 */
import {
  compile,
  explain,
  key,
  mul,
  normal,
  scan,
  showError,
  sum,
  toTypedArray,
  evaluate,
  valueAndGrad,
  zeros,
  type CompileError,
  type Expr,
  type RunError,
  type ScanOptions,
  type Tensor
} from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { leavesOf } from '../../src/tensor/Tree.js'
import { cell, type Gates } from './peers/own/long.js'

type Hidden = Expr<[64], 'f32'>
type Features = Expr<[32], 'f32'>
type Sequence = Expr<[number, 32], 'f32'>

type Keep = ScanOptions['keep']

const loss = (keep: Keep, xs: Sequence) => (gates: Gates) => {
  const step = (h: Hidden, x: Features) => [cell(gates)(h, x), []] as const
  return pipe(scan(step, keep === undefined ? {} : { keep })(zeros([64]), xs)[0], sum())
}

const unsafe = <A>(result: E.Either<CompileError | RunError, A>): A =>
  pipe(
    result,
    E.getOrElseW((e) => {
      throw new Error(showError(e))
    })
  )

const gates = {
  kernel: unsafe(evaluate(pipe(normal([32, 192])(key(1)), mul(0.2)))),
  recurrent: unsafe(evaluate(pipe(normal([64, 192])(key(2)), mul(0.1)))),
  bias: unsafe(evaluate(zeros([192])))
}

const bitsOf = (tree: unknown): string =>
  leavesOf(tree)
    .map((t) => Array.from(new Uint32Array(toTypedArray(t as Tensor<[], 'f32'>).slice().buffer)).join())
    .join()

const measured = (keep: Keep, xs: Tensor<[number, 32], 'f32'>) => {
  const f = (g: Gates, s: Sequence) => valueAndGrad(loss(keep, s))(g)
  const begun = performance.now()
  const run = unsafe(compile(f)(gates, xs))
  const compileMs = performance.now() - begun
  unsafe(run(gates, xs))
  const started = performance.now()
  const result = unsafe(run(gates, xs))
  const runMs = performance.now() - started
  return { peak: unsafe(explain(f)(gates, xs)).peakBytes, compileMs, runMs, bits: bitsOf(result) }
}

const keeps = (steps: number): ReadonlyArray<Keep> => {
  const root = Math.round(Math.sqrt(steps))
  return [{ every: root }, { atMost: 2 * root }, { atMost: 40 }, { atMost: 10 }]
}

const counts = process.argv.slice(2).map(Number)
for (const steps of counts.length > 0 ? counts : [10_000, 100_000]) {
  const xs = unsafe(evaluate(pipe(normal([steps, 32])(key(3)), mul(0.5))))
  const all = measured(undefined, xs)
  for (const keep of [undefined, ...keeps(steps)]) {
    const { bits, peak, ...times } = keep === undefined ? all : measured(keep, xs)
    const ratio = Number((all.peak / peak).toFixed(1))
    const line = { steps, keep: keep ?? 'all', peakMiB: Number((peak / 2 ** 20).toFixed(2)), ratio }
    const ms = { compileMs: Math.round(times.compileMs), runMs: Math.round(times.runMs) }
    process.stdout.write(`${JSON.stringify({ ...line, ...ms, sameBits: bits === all.bits })}\n`)
  }
}
