/** What hosts refuse is an error that says what to do. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { createContext, runInContext } from 'node:vm'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { engineLaws, lawsOf, register } from '../../laws/index.js'
import {
  add,
  compile,
  compileAsync,
  mul,
  reference,
  sin,
  spec,
  tensor,
  toNested,
  wasm,
  type CompileError,
  type Engine,
  type Expr
} from '../../src/index.js'
import { loaded, compileModule } from '../../src/wasm/index.js'
import { messageOf } from '../support/outcome.js'

const double = (x: Expr<[3], 'f32'>) => pipe(x, mul(2))

afterEach(() => {
  vi.unstubAllGlobals()
})

/** The message of both ways to compile, which must be the same. */
const refusal = async (): Promise<string> => {
  const [now, later]: ReadonlyArray<E.Either<CompileError, unknown>> = [
    compile(double)(spec([3])),
    await compileAsync(double)(spec([3]))()
  ]
  const [one = '', two] = [now, later].map((e) => (e === undefined ? '' : messageOf(e).split('\n')[0]))
  expect(two).toBe(one)
  return one
}

/** A host that refuses to compile, or to make an instance, with an error of its own. */
const failing = (step: 'module' | 'instance', error: Error): void => {
  const refuse = function () {
    throw error
  }
  const module = function () {
    return {}
  }
  vi.stubGlobal('WebAssembly', {
    Module: step === 'module' ? refuse : module,
    Instance: refuse,
    compile: step === 'module' ? refuse : () => Promise.resolve({}),
    instantiate: refuse
  })
}

describe('a host', () => {
  it('that takes a program costs no error: each finds out where it was made, which takes long', async () => {
    const made = vi.fn()
    vi.stubGlobal(
      'Error',
      class extends Error {
        constructor(message?: string) {
          super(message)
          made()
        }
      }
    )
    expect(E.isRight(compile(double)(spec([3])))).toBe(true)
    expect(E.isRight(await compileAsync(double)(spec([3]))())).toBe(true)
    expect(made).not.toHaveBeenCalled()
    vi.stubGlobal('WebAssembly', undefined)
    expect(E.isLeft(compile(double)(spec([3])))).toBe(true)
    expect(made).toHaveBeenCalled()
  })

  it('without WebAssembly', async () => {
    vi.stubGlobal('WebAssembly', undefined)
    expect(await refusal()).toBe(
      'compile: this platform has no WebAssembly; compile with the reference engine'
    )
  })

  it('that forbids code to be made, as V8 does it', () => {
    const strict = createContext({}, { codeGeneration: { strings: false, wasm: false } })
    vi.stubGlobal('WebAssembly', runInContext('WebAssembly', strict))
    expect(compile(double)(spec([3]))._tag).toBe('Left')
    expect(messageOf(compile(double)(spec([3])))).toMatch(/forbids.*needs script-src 'wasm-unsafe-eval'/)
  })

  it.each([
    [
      'Chromium',
      new Error(
        "Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source"
      )
    ],
    ['Firefox', new Error('call to WebAssembly.Module() blocked by CSP')],
    [
      'Safari',
      new EvalError(
        "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script"
      )
    ]
  ])('whose page has a policy, in the words of %s', async (_, error) => {
    failing('module', error)
    expect(await refusal()).toMatch(
      /a page with a content security policy needs script-src 'wasm-unsafe-eval'/
    )
  })

  it('that does not compile as much at once on the main thread', async () => {
    failing(
      'module',
      new RangeError(
        'WebAssembly.Module is disallowed on the main thread, if the buffer size is larger than 8MB'
      )
    )
    expect(await refusal()).toMatch(/use compileAsync/)
  })

  it('without vectors', async () => {
    failing('module', new Error('invalid value type 0x7b'))
    expect(await refusal()).toMatch(/it must have 128-bit SIMD \(Error: invalid value type 0x7b\)/)
  })

  it('that has no memory left', async () => {
    failing('instance', new RangeError('could not allocate memory'))
    expect(await refusal()).toMatch(
      /does not give the 0\.\d MiB of memory that the program needs; use smaller batches/
    )
  })
})

it('a program larger than what can be addressed names its largest values', () => {
  const square = compile((x: Expr<[40_000, 1], 'f32'>, y: Expr<[40_000], 'f32'>) =>
    sin(pipe(x, add(y) as (x: Expr<[40_000, 1], 'f32'>) => Expr<[40_000, 40_000], 'f32'>))
  )(spec([40_000, 1]), spec([40_000]))
  expect(messageOf(square)).toMatch(
    /^compile: needs 6\.0 GiB of memory at once, more than the 4 GiB .*; most for sin f32\[40000, 40000\] \(6\.0 GiB\).*; use smaller batches/
  )
})

it('a program compiled as a task is the program', async () => {
  const [now, later] = [compile(double)(spec([3])), await compileAsync(double)(spec([3]))()]
  const x = tensor([1, 2, 3])
  const run = (e: typeof now) =>
    pipe(
      e,
      E.chainW((f) => f(x)),
      E.map(toNested)
    )
  expect(run(later)).toEqual(E.right([2, 4, 6]))
  expect(run(now)).toEqual(run(later))
})

it('an engine that cannot wait compiles when the task runs', async () => {
  const task = compileAsync(double, reference)(spec([3]))
  expect(
    pipe(
      await task(),
      E.chainW((f) => f(tensor([1, 2, 3]))),
      E.map(toNested)
    )
  ).toEqual(E.right([2, 4, 6]))
})

/** Buffers on both sides of 2 GiB: addresses behind are negative as signed numbers. */
const high: Engine = {
  name: 'wasm in high memory',
  compile: (region) => pipe(compileModule(region, { start: 2 ** 31 - 256 }), E.chain(loaded))
}

const highLaws = engineLaws(wasm, high, {
  numRuns: 60
})

register({
  name: 'addresses',
  parents: [],
  laws: lawsOf(highLaws).filter((l) => l.name.endsWith(': programs') || l.name.endsWith(': purity'))
})(test)
