/** Laws of one linear map that a user has given. */
import * as E from 'fp-ts/lib/Either.js'
import * as build from '../../src/graph/build/index.js'
import { showAval } from '../../src/graph/error.js'
import type { Aval, Node } from '../../src/graph/Expr.js'
import { apply } from '../../src/linear/apply.js'
import type { Linear } from '../../src/linear/Linear.js'
import { transpose } from '../../src/linear/transpose.js'
import { equalDims, range } from '../../src/tensor/dims.js'
import { locate, safety } from '../oracle/compare.js'
import { fail, firstFailure, pass, type Verdict } from '../law/index.js'
import { weights } from '../oracle/probe.js'
import { roundingOf } from '../oracle/rounding.js'
import { compiled, flat, type Point } from '../oracle/run.js'

const vector = (seed: number, a: Aval): Node => build.convert(a.dtype, build.constant(weights(seed, [a])[0]!))

const sum = (a: Node, b: Node): Node => build.binary('add', a, b)

const times = (k: number, x: Node): Node =>
  build.binary(
    'mul',
    build.broadcast(x.shape, [], build.convert(x.dtype, build.constant(weights(k, [{ shape: [] }])[0]!))),
    x
  )

const inner = (a: Node, b: Node): Node =>
  build.reduce('sum', range(0, a.shape.length), build.binary('mul', a, b))

const largest = (xs: Float64Array): number => xs.reduce((a, x) => Math.max(a, Math.abs(x)), 0)

/** What rounding of all terms may do, beside that of the result. */
const tolerance = 1e-12

/** Two values of closed programs, up to the rounding on the way; `terms` are as large as what is summed. */
const equal = (what: string, of: string, left: Node, right: Node, terms: ReadonlyArray<Node>): Verdict => {
  const program = { outputs: [left, right, ...terms], inputs: [] }
  const values = E.chain((run: (p: Point) => E.Either<string, Point>) => run([]))(compiled(program))
  if (E.isLeft(values)) return fail(`${of}: ${values.left}`)
  const [a, b] = [flat(values.right.slice(0, 1)), flat(values.right.slice(1, 2))]
  const bar = tolerance * largest(flat(values.right))
  const differs = (by: number): number => a.findIndex((x, i) => !(Math.abs(x - b[i]!) <= by))
  if (differs(bar) < 0) return pass
  const noisy = bar + safety * largest(roundingOf(program)([]) ?? new Float64Array())
  const i = differs(noisy)
  return i < 0
    ? pass
    : fail(what, { of, index: locate([left], i).index, actual: b[i]!, expected: a[i]!, bar: noisy })
}

const declared = (name: string, y: Node, to: Aval): Verdict =>
  y.dtype === to.dtype && equalDims(y.shape, to.shape)
    ? pass
    : fail(`${name} answers with ${showAval(y)}, not ${showAval(to)}`)

/** `L (k u + w) = k L u + L w`. */
const linearity = (name: string, map: Linear, seed: number): Verdict => {
  const [u, w] = [vector(seed, map.from), vector(seed + 1, map.from)]
  const [y, z] = [times(seed, apply(map, u)), apply(map, w)]
  return firstFailure(
    () => declared(name, z, map.to),
    () => equal('not linear', name, apply(map, sum(times(seed, u), w)), sum(y, z), [y, z])
  )
}

/** `<v, L u> = <transpose(L) v, u>`. */
const adjointness = (name: string, map: Linear, seed: number): Verdict => {
  const [u, v] = [vector(seed, map.from), vector(seed + 1, map.to)]
  const [y, back] = [apply(map, u), apply(transpose(map), v)]
  const [left, right] = [build.binary('mul', v, y), build.binary('mul', back, u)]
  return firstFailure(
    () => declared(name, y, map.to),
    () => declared(`the transpose of ${name}`, back, map.from),
    () => equal('not adjoint', name, inner(v, y), inner(back, u), [left, right])
  )
}

/** A law of a map and, for linearity, of its transpose too. */
export const judgeMap = (law: 'linear' | 'adjoint', name: string, map: Linear, seed: number): Verdict =>
  law === 'adjoint'
    ? adjointness(name, map, seed)
    : firstFailure(
        () => linearity(name, map, seed),
        () => linearity(`the transpose of ${name}`, transpose(map), seed)
      )
