/**
 * Programs of a million operations on the default stack, as one line of JSON: a chain that is fused into long kernels, and one of sums and
 * broadcasts, each sum a kernel of its own. `npm run bench:million`; a number after it is another length. Runs bundled, as the package does, without
 * what tsx adds to each function that is made.
 */
import {
  add,
  broadcastTo,
  compile,
  mul,
  showError,
  sin,
  spec,
  sum,
  tensor,
  toNested,
  type Expr
} from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

type Vector = Expr<[4], 'f32'>

const repeated = (operations: number, each: number, f: (x: Vector) => Vector) => (x: Vector) =>
  Array.from({ length: Math.ceil(operations / each) }).reduce<Vector>((y) => f(y), x)

const programs = (length: number) => ({
  fused: repeated(length, 2, (x) => pipe(x, sin, add(0.5))),
  sums: repeated(length, 4, (x) => pipe(x, sum(), mul(0.3), broadcastTo([4]), sin))
})

const timed = <A>(f: () => A): readonly [A, number] => {
  const start = performance.now()
  const a = f()
  return [a, Math.round(performance.now() - start)]
}

const x = tensor([0.1, 0.2, 0.3, 0.4])

const measured = (f: (x: Vector) => Vector) => {
  const [program, compileMs] = timed(() => compile(f)(spec([4])))
  if (E.isLeft(program)) return showError(program.left)
  const [result, firstRunMs] = timed(() => program.right(x))
  const [, nextRunMs] = timed(() => program.right(x))
  return E.isLeft(result)
    ? showError(result.left)
    : { compileMs, firstRunMs, nextRunMs, value: toNested(result.right) }
}

const [length = 1_000_000] = process.argv.slice(2).map(Number)

console.log(
  JSON.stringify({
    length,
    ...Object.fromEntries(Object.entries(programs(length)).map(([name, f]) => [name, measured(f)])),
    peakResidentMiB: Math.round(process.resourceUsage().maxRSS / 1024)
  })
)
