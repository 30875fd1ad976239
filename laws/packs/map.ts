/** Laws of one linear map that a user has given. */
import * as make from '../../src/graph/make.js'
import { showAval } from '../../src/graph/error.js'
import type { Aval, Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { apply } from '../../src/linear/apply.js'
import type { Linear } from '../../src/linear/Linear.js'
import { transpose } from '../../src/linear/transpose.js'
import { equalDims, range } from '../../src/tensor/dims.js'
import { fail, firstFailure, pass, type Verdict } from '../law/index.js'
import { equal } from '../oracle/equal.js'
import { weights } from '../oracle/probe.js'

const vector = (seed: number, a: Aval): Value => make.convert(a.dtype, make.constant(weights(seed, [a])[0]!))

const sum = (a: Value, b: Value): Value => make.binary('add', a, b)

const times = (k: number, x: Value): Value =>
  make.binary(
    'mul',
    make.broadcast(x.shape, [], make.convert(x.dtype, make.constant(weights(k, [{ shape: [] }])[0]!))),
    x
  )

const inner = (a: Value, b: Value): Value =>
  make.reduce('sum', range(0, a.shape.length), make.binary('mul', a, b))

const closed = (what: string, of: string, left: Value, right: Value, terms: ReadonlyArray<Value>): Verdict =>
  equal(what, of, { left, right, terms, parameters: [], point: [] })

const declared = (name: string, y: Value, to: Aval): Verdict =>
  y.dtype === to.dtype && equalDims(y.shape, to.shape)
    ? pass
    : fail(`${name} answers with ${showAval(y)}, not ${showAval(to)}`)

/** What is cut off, or only starts, at some length of the tangent shows at one of these; as powers of two they round nothing. */
const lengths = [2 ** -30, 2 ** 10, 2 ** 30]

const scaledBy = (k: number, x: Value): Value => make.binary('mul', full(k, x), x)

/** `L (k u) = k L u`, for large and small `k`. */
const homogeneity = (name: string, map: Linear, seed: number): Verdict => {
  const u = vector(seed, map.from)
  return firstFailure(
    ...lengths.map((k) => () => {
      const y = scaledBy(k, apply(map, u))
      return closed(`not linear in tangents of length ${k}`, name, apply(map, scaledBy(k, u)), y, [y])
    })
  )
}

/** `L (k u + w) = k L u + L w`. */
const linearity = (name: string, map: Linear, seed: number): Verdict => {
  const [u, w] = [vector(seed, map.from), vector(seed + 1, map.from)]
  const [y, z] = [times(seed, apply(map, u)), apply(map, w)]
  return firstFailure(
    () => declared(name, z, map.to),
    () => closed('not linear', name, apply(map, sum(times(seed, u), w)), sum(y, z), [y, z]),
    () => homogeneity(name, map, seed)
  )
}

/** `<v, L u> = <transpose(L) v, u>`. */
const adjointness = (name: string, map: Linear, seed: number): Verdict => {
  const [u, v] = [vector(seed, map.from), vector(seed + 1, map.to)]
  const [y, back] = [apply(map, u), apply(transpose(map), v)]
  const [left, right] = [make.binary('mul', v, y), make.binary('mul', back, u)]
  return firstFailure(
    () => declared(name, y, map.to),
    () => declared(`the transpose of ${name}`, back, map.from),
    () => closed('not adjoint', name, inner(v, y), inner(back, u), [left, right])
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
