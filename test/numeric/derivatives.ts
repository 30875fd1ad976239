/**
 * How many units in the last place derivatives of the scalar functions are off, against `test/golden/derivatives/scalar.json`: by function,
 * order, dtype and engine.
 */
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { full } from '../../src/graph/terms.js'
import { reference, wasm, type Engine } from '../../src/program/compile.js'
import { own, elements, type Tensor } from '../../src/tensor/Tensor.js'
import { calculus, jvp, vjp, type Calculus } from '../../src/transform/differentiate.js'
import golden from '../golden/derivatives/scalar.json' with { type: 'json' }
import { fromHexF32, fromHexF64, ulpsF32, ulpsF64 } from '../reference/scalar/bits.js'
import { unsafeRight } from '../support/outcome.js'

type Name = keyof typeof golden.functions
type Float = 'f32' | 'f64'
type Values = ReadonlyArray<Value>

const mul = (a: Value, b: Value): Value => make.binary('mul', a, b)
const neg = (x: Value): Value => make.unary('neg', x)
const times = (k: number, x: Value): Value => mul(full(k, x), x)

/** Functions that are no operations themselves, as users compose them. */
const composed: Readonly<Partial<Record<Name, (x: Value) => Value>>> = {
  logSigmoid: (x) => neg(make.unary('softplus', neg(x))),
  silu: (x) => mul(x, make.unary('logistic', x)),
  mish: (x) => mul(x, make.unary('tanh', make.unary('softplus', x))),
  gelu: (x) => mul(x, times(0.5, make.unary('erfc', times(-Math.SQRT1_2, x))))
}

const isUnary = (name: string): name is Parameters<typeof make.unary>[0] => !isBinary(name)
const isBinary = (name: string): name is 'div' | 'pow' | 'atan2' | 'hypot' =>
  ['div', 'pow', 'atan2', 'hypot'].includes(name)

const functionOf = (name: Name, [a, b]: Values): Value => {
  const own = composed[name]
  if (a === undefined) return make.constant(unsafeColumn('f64', []))
  if (own !== undefined) return own(a)
  return isBinary(name) && b !== undefined ? make.binary(name, a, b) : isUnary(name) ? make.unary(name, a) : a
}

const unsafeColumn = (dtype: Float, xs: ReadonlyArray<number>): Tensor =>
  own([xs.length], dtype, dtype === 'f32' ? Float32Array.from(xs) : Float64Array.from(xs))

/** Pairs i <= j in the order of the table. */
const pairs = (n: number): ReadonlyArray<readonly [number, number]> =>
  n === 1
    ? [[0, 0]]
    : [
        [0, 0],
        [0, 1],
        [1, 1]
      ]

/** First derivatives, then second ones: in reverse twice, and forward over reverse. */
const derivativesOf = (rules: Calculus, y: Value, xs: Values) => {
  const [one, zero] = [full(1, y), full(0, y)]
  const first = vjp(rules)([y], xs, [one])
  const twice = pairs(xs.length).map(([i, j]) => vjp(rules)([first[i] ?? y], xs, [one])[j] ?? y)
  const forward = pairs(xs.length).map(([i, j]) => {
    const moved = xs.map((_, k) => (k === j ? one : zero))
    return jvp(rules)([first[i] ?? y], xs, moved)[0] ?? y
  })
  return { first, twice, forward }
}

/** The worst of one function at one order. */
export interface Distance {
  readonly name: string
  readonly order: 1 | 2
  readonly dtype: Float
  readonly engine: string
  readonly ulps: number
  readonly at: string
}

const formats = {
  f32: { fromHex: fromHexF32, ulps: ulpsF32, precision: 24, least: -149, large: 1.7e38 },
  f64: { fromHex: fromHexF64, ulps: ulpsF64, precision: 53, least: -1074, large: 8.9e307 }
} as const

/** The unit in the last place of a number. */
const unit = (dtype: Float, x: number): number => {
  const { precision, least } = formats[dtype]
  const exponent = Math.floor(Math.log2(Math.abs(x)))
  return 2 ** Math.max(least, exponent - precision + 1)
}

/** In units of the value itself, or of the largest term where the value is a sum that vanishes somewhere. */
const distance = (dtype: Float, got: number, exact: number, largest: number | undefined): number => {
  const ulps = formats[dtype].ulps(got, exact)
  // A derivative beyond the range is infinite, or a sum of terms that are.
  const isBeyond = !Number.isFinite(exact) || Math.abs(largest ?? 0) === Infinity
  if (isBeyond && (!Number.isFinite(got) || Math.abs(got) >= formats[dtype].large)) return 0
  if (largest === undefined || !Number.isFinite(ulps) || ulps <= 1 || !Number.isFinite(largest)) return ulps
  return Math.min(ulps, Math.abs(got - exact) / unit(dtype, largest))
}

type Table = ReadonlyArray<ReadonlyArray<number>>

const tableOf = (name: Name, dtype: Float): Table =>
  golden.functions[name][dtype].map((row) => row.split(' ').map(formats[dtype].fromHex))

/** Rows of exact values, and of their terms where they are told. */
const parted = (name: Name, table: Table) => ({
  exact: golden.functions[name].byTerms ? table.filter((_, i) => i % 2 === 0) : table,
  terms: golden.functions[name].byTerms ? table.filter((_, i) => i % 2 === 1) : []
})

/** The columns of a program's results at the arguments of a table. */
const unsafeRun = (
  rules: Calculus,
  engine: Engine,
  dtype: Float,
  name: Name,
  { exact }: ReturnType<typeof parted>
) => {
  const count = golden.functions[name].arguments
  const parameters = Array.from({ length: count }, (_, i) =>
    make.input(`x${String(i)}`, [exact.length], dtype)
  )
  const { first, twice, forward } = derivativesOf(rules, functionOf(name, parameters), parameters)
  const run = unsafeRight(engine.compile({ results: [...first, ...twice, ...forward], parameters }))
  const point = parameters.map((_, i) =>
    unsafeColumn(
      dtype,
      exact.map((row) => row[i]!)
    )
  )
  const columns = unsafeRight(run(point)).map((t) => Array.from(elements(t)))
  const seconds = twice.length
  return columns.map((column, k) => {
    const place = k < count ? count + k : 2 * count + ((k - count) % seconds)
    return { column, place, order: k < count ? (1 as const) : (2 as const) }
  })
}

const distancesOf = (rules: Calculus, engine: Engine, dtype: Float, name: Name): ReadonlyArray<Distance> => {
  const table = parted(name, tableOf(name, dtype))
  const columns = unsafeRun(rules, engine, dtype, name, table)
  return ([1, 2] as const).map((order) => {
    let found = { ulps: 0, at: '' }
    for (const { column, place } of columns.filter((c) => c.order === order))
      table.exact.forEach((row, i) => {
        const ulps = distance(dtype, column[i]!, row[place]!, table.terms[i]?.[place])
        if (ulps > found.ulps)
          found = { ulps, at: `${row.join(', ')}: ${String(column[i])}, not ${String(row[place])}` }
      })
    return { name, order, dtype, engine: engine.name, ...found }
  })
}

export const names = Object.keys(golden.functions) as ReadonlyArray<Name>
const engines: ReadonlyArray<Engine> = [reference, wasm]
const dtypes: ReadonlyArray<Float> = ['f32', 'f64']

/** All distances of some functions: by the library's rules and on both engines, unless told. */
export const measured = (
  of: ReadonlyArray<Name> = names,
  rules: Calculus = calculus,
  on: ReadonlyArray<Engine> = engines
): ReadonlyArray<Distance> =>
  of.flatMap((name) =>
    on.flatMap((engine) => dtypes.flatMap((dtype) => distancesOf(rules, engine, dtype, name)))
  )

/** A line per function and order: the worst on each engine and dtype. */
export const showDistances = (all: ReadonlyArray<Distance>): string => {
  const keys = [...new Set(all.map((d) => `${d.name} ${String(d.order)}`))]
  const shown = (x: number): string => (Number.isFinite(x) ? x.toPrecision(3) : 'not a number').padStart(12)
  const columns = engines.flatMap((e) => dtypes.map((dtype) => [e.name, dtype] as const))
  const head = ['function, order'.padEnd(18), ...columns.map((c) => c.join(' ').padStart(14))].join('')
  const lines = keys.map((key) => {
    const of = columns.map(([engine, dtype]) =>
      all.find((d) => `${d.name} ${String(d.order)}` === key && d.engine === engine && d.dtype === dtype)
    )
    return [key.padEnd(18), ...of.map((d) => shown(d?.ulps ?? NaN).padStart(14))].join('')
  })
  return [head, ...lines].join('\n')
}
