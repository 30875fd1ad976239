import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import { engineLaws, type EngineOptions } from '../../laws/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { ulpsBetween } from '../../laws/packs/outcome.js'
import { reference, type CompileError, type Engine, type Tensor } from '../../src/index.js'
import type { Value } from '../../src/graph/Expr.js'
import { valuesBelow } from '../../src/graph/fold.js'
import type { Run } from '../../src/graph/program.js'
import { elements } from '../../src/tensor/Tensor.js'
import { broken, firstFailure } from './broken.js'

/** The reference engine with each run changed. */
const running = (change: (run: Run, results: ReadonlyArray<Value>) => Run): Engine => ({
  name: 'planted',
  compile: ({ results, parameters }) =>
    E.map((run: Run) => change(run, results))(reference.compile({ results, parameters }))
})

const has = (results: ReadonlyArray<Value>, is: (n: Value) => boolean): boolean =>
  valuesBelow(results).some(is)

/** The next larger number, and infinities and NaN as they are. */
const up = (t: Tensor): Tensor => {
  const xs = Float64Array.from(elements(t))
  const bits = new BigInt64Array(xs.buffer)
  xs.forEach((x, i) => {
    if (x > 0 && Number.isFinite(x)) bits[i] = (bits[i] ?? 0n) + 1n
  })
  return fromValues(t.shape, t.dtype, [...xs])
}

const isTanh = (n: Value): boolean => n._tag === 'Unary' && n.op === 'tanh' && n.dtype === 'f64'

const options: EngineOptions = { numRuns: 20 }

describe('planted faults', () => {
  const oneUlp = running((run, results) =>
    has(results, isTanh) ? (xs) => E.map((ys: ReadonlyArray<Tensor>) => ys.map(up))(run(xs)) : run
  )

  it('one ulp off, where the same bits are claimed', () => {
    const laws = engineLaws(reference, oneUlp, options)
    expect(broken(laws).filter((name) => !/^(programs|results)$/.test(name))).toEqual(['Unary tanh f64'])
    expect(firstFailure(laws)).toMatch(/tanh f64: .*\(f64, 1 ulps apart, 0 allowed\)/)
    expect(broken(engineLaws(reference, oneUlp, { ...options, ulps: 1 }))).toEqual([])
  })

  it('minus zero taken for zero', () => {
    const positive = running((run, results) =>
      has(results, (n) => n._tag === 'Unary' && n.op === 'neg')
        ? (xs) =>
            E.map((ys: ReadonlyArray<Tensor>) =>
              ys.map((t) =>
                fromValues(
                  t.shape,
                  t.dtype,
                  Array.from(elements(t), (x) => x + 0)
                )
              )
            )(run(xs))
        : run
    )
    expect(
      broken(engineLaws(reference, positive, options)).filter((name) => name.startsWith('Unary'))
    ).toEqual(['Unary neg f32', 'Unary neg f64'])
  })

  it('another error, or none', () => {
    const fewer = (e: CompileError): CompileError => ({ ...e, errors: e.errors.slice(1) })
    const silent: Engine = {
      name: 'planted',
      compile: ({ results, parameters }) => E.mapLeft(fewer)(reference.compile({ results, parameters }))
    }
    expect(broken(engineLaws(reference, silent, options))).toEqual(['errors'])
    expect(broken(engineLaws(reference, silent, { ...options, errors: 'kind' }))).toEqual([])
  })

  it('divisions by zero that are let pass', () => {
    const lenient = running((run) => (xs) => {
      const ys = run(xs)
      return E.isLeft(ys) && ys.left.operation === 'div' ? E.right([]) : ys
    })
    expect(broken(engineLaws(reference, lenient, { ...options, numRuns: 50 }))).toEqual(
      expect.arrayContaining(['Binary div i32', 'Binary div u32'])
    )
  })

  it('results that are given once where they are asked for twice', () => {
    const once = running(
      (run, results) => (xs) =>
        E.map((ys: ReadonlyArray<Tensor>) => ys.filter((_, i) => results.indexOf(results[i]!) === i))(run(xs))
    )
    expect(broken(engineLaws(reference, once, options))).toEqual(['results', 'runs', 'interleaved runs'])
  })

  it('arguments that are written to', () => {
    const writing = running((run) => (xs) => {
      const ys = run(xs.map((t) => fromValues(t.shape, t.dtype, [...elements(t)])))
      xs.forEach((t) => elements(t).fill(1))
      return ys
    })
    expect(
      broken(
        engineLaws(
          running((run) => run),
          writing,
          options
        )
      )
    ).toContain('purity')
  })

  it('state from run to run', () => {
    const stateful = running((run) => {
      let runs = 0
      return (xs) => (runs++ === 0 ? run(xs) : E.right([]))
    })
    // Each judgement compiles anew, but for this one engine that remembers programs.
    const memory = new Map<Value, E.Either<never, Run>>()
    const remembering: Engine = {
      name: 'planted',
      compile: ({ results, parameters }) => {
        const [key] = results
        const known = key === undefined ? undefined : memory.get(key)
        if (known !== undefined) return known
        const made = stateful.compile({ results, parameters })
        if (key !== undefined && E.isRight(made)) memory.set(key, made)
        return made
      }
    }
    expect(broken(engineLaws(reference, remembering, options))).toContain('purity')
  })
})

test('distances in ulps', () => {
  expect(ulpsBetween('f64', 1, 1 + Number.EPSILON)).toBe(1)
  expect(ulpsBetween('f32', 1, 1 + 2 ** -23)).toBe(1)
  expect(ulpsBetween('f32', -(2 ** -149), 2 ** -149)).toBe(2)
  expect(ulpsBetween('f64', 0, -0)).toBe(0)
  expect(ulpsBetween('f64', Number.MAX_VALUE, Infinity)).toBe(1)
  expect(ulpsBetween('f64', NaN, NaN)).toBe(0)
  expect(ulpsBetween('f64', NaN, 1)).toBe(Infinity)
  expect(ulpsBetween('i32', 1, 2)).toBe(Infinity)
})
