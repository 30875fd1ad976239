/** Modules at work, and what a host may refuse. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { causes, invalid } from '../../graph/error.js'
import { compileError, type CompileError } from '../../graph/failure.js'
import { calling } from '../emit/foreign.js'
import { pageSize } from '../encode/module.js'

/** The part of the WebAssembly interface that the engine uses; it is the same in Node and browsers, whose type libraries are not. */
interface Instance {
  readonly exports: Readonly<Record<string, unknown>>
}

/** What a module may call outside of itself. */
type Imports = Readonly<Record<string, Readonly<Record<string, (call: number) => void>>>>

export interface Host {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: Imports) => Instance
  readonly compile: (bytes: Uint8Array) => Promise<object>
  readonly instantiate: (module: object, imports: Imports) => Promise<Instance>
}

export interface Memory {
  readonly buffer: ArrayBuffer
}

type Tidy = (from: number, end: number) => void

/** A module ready to run. */
export interface Machine {
  readonly memory: Memory
  /** Runs the kernels. */
  readonly step: () => void
  /** Makes results that are carried the arguments of the next run. */
  readonly commit: () => void
  /** Gives the NaNs from an address up to another one bit pattern. */
  readonly tidyF32: Tidy
  readonly tidyF64: Tidy
  /** Says what calls out of the module do, by number. */
  readonly answer: (calls: (call: number) => void) => void
}

/** The bytes of a module, and how much memory it asks for. */
export interface Image {
  readonly bytes: Uint8Array
  readonly pages: number
}

const installed = (): E.Either<CompileError, Host> => {
  const host = Reflect.get(globalThis, 'WebAssembly') as Host | undefined
  return host === undefined
    ? E.left(refused('this platform has no WebAssembly; compile with the reference engine'))
    : E.right(host)
}

const refused = (message: string): CompileError => compileError(causes([invalid('compile', [], message)]))

const textOf = (e: unknown): string => (e instanceof Error ? `${e.name}: ${e.message}` : String(e))

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** Hosts say in their own words that a policy forbids code to be made: V8, JavaScriptCore and SpiderMonkey in this order. */
const forbidden = /disallowed by embedder|unsafe-eval|content security policy|\bCSP\b/i

const moduleRefused =
  ({ bytes }: Image) =>
  (e: unknown): CompileError => {
    const text = textOf(e)
    if (forbidden.test(text))
      return refused(
        `the platform forbids WebAssembly to be compiled; a page with a content security policy needs script-src 'wasm-unsafe-eval' (${text})`
      )
    if (/main thread/i.test(text))
      return refused(
        `the module of ${mebibytes(bytes.length)} is too large to be compiled at once on this thread; use compileAsync (${text})`
      )
    return refused(`the platform does not take the module; it must have 128-bit SIMD (${text})`)
  }

const instanceRefused =
  ({ pages }: Image) =>
  (e: unknown): CompileError =>
    refused(
      `the platform does not give the ${mebibytes(pages * pageSize)} of memory that the program needs; use smaller batches, or fewer programs at a time (${textOf(e)})`
    )

/** Calls can be answered once there is a memory to read from, which the module itself makes. */
const outside = () => {
  let calls: (call: number) => void = () => undefined
  return {
    imports: { [calling.module]: { [calling.name]: (call: number) => calls(call) } },
    answer: (next: (call: number) => void): void => {
      calls = next
    }
  }
}

const machine = ({ exports }: Instance, answer: Machine['answer']): Machine => ({
  answer,
  memory: exports['memory'] as Memory,
  step: exports['step'] as () => void,
  commit: exports['commit'] as () => void,
  tidyF32: exports['tidyF32'] as Tidy,
  tidyF64: exports['tidyF64'] as Tidy
})

/** Compiles a module at once. */
export const machineOf = (image: Image): E.Either<CompileError, Machine> =>
  pipe(
    installed(),
    E.chain((host) => {
      const { imports, answer } = outside()
      return pipe(
        E.tryCatch(() => new host.Module(image.bytes), moduleRefused(image)),
        E.chain((module) => E.tryCatch(() => new host.Instance(module, imports), instanceRefused(image))),
        E.map((instance) => machine(instance, answer))
      )
    })
  )

/** Compiles a module on other threads, where the host has them. */
export const machineOfAsync = (image: Image): TE.TaskEither<CompileError, Machine> =>
  pipe(
    TE.fromIOEither(installed),
    TE.chain((host) => {
      const { imports, answer } = outside()
      return pipe(
        TE.tryCatch(() => host.compile(image.bytes), moduleRefused(image)),
        TE.chain((module) => TE.tryCatch(() => host.instantiate(module, imports), instanceRefused(image))),
        TE.map((instance) => machine(instance, answer))
      )
    })
  )
