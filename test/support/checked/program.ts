/** The WebAssembly engine with modules that check themselves, for the tests of everything that runs on it. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { CompileError } from '../../../src/graph/failure.js'
import { compileModule, type Passes, type Compiled } from '../../../src/wasm/compile/compile.js'
import type { Run } from '../../../src/graph/program.js'
import type { Region } from '../../../src/graph/Region.js'
import { started } from '../../../src/wasm/run/program.js'
import { checkedMachine, type Complain } from './machine.js'

export { started } from '../../../src/wasm/run/program.js'

/** What any module of this process did wrong. */
export const complaints: Array<string> = []

const loadedTo =
  (complain: Complain, judge?: (prepared: Compiled) => ReadonlyArray<string>) =>
  (prepared: Compiled): E.Either<CompileError, Run> =>
    pipe(
      checkedMachine(prepared, complain, judge),
      E.map((machine) => started(prepared, machine))
    )

export const loaded = loadedTo((what) => complaints.push(what))

/** Programs of a compiler with other passes, with plans that are judged or not; nobody else is told what they do wrong. */
export const checkedWith =
  (passes: Partial<Passes>, planned = true) =>
  (region: Region): E.Either<CompileError, Run> =>
    pipe(compileModule(region, passes), E.chain(loadedTo(() => undefined, planned ? undefined : () => [])))

export const program = (region: Region): E.Either<CompileError, Run> =>
  pipe(compileModule(region), E.chain(loaded))

export const programAsync = (region: Region): TE.TaskEither<CompileError, Run> =>
  TE.fromIOEither(() => program(region))
