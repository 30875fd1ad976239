/** Constants are written once, before the first run: whatever runs, their bits stay. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Engine } from '../../../src/index.js'
import { compileModule, type Compiled } from '../../../src/wasm/compile/compile.js'
import { machineOf, type Machine } from '../../../src/wasm/run/host.js'
import { started } from '../../../src/wasm/run/program.js'
import { bytesIn, describeIn } from './buffers.js'

/** What there is of constants, and which of them have other bits than when this was asked for. */
export const constantsIn = (prepared: Compiled, { memory }: Machine): (() => ReadonlyArray<string>) => {
  const places = prepared.plan.lifetimes
    .filter((l) => prepared.listed.nodes[l.buffer]?._tag === 'Constant')
    .map(({ buffer }) => {
      const port = prepared.port(buffer)
      const now = new Uint32Array(memory.buffer, port.at, bytesIn(port) / 4)
      return { buffer, now, before: now.slice() }
    })
  return () =>
    places
      .filter(({ now, before }) => now.some((x, k) => x !== before[k]))
      .map(({ buffer }) => `the constant in ${describeIn(prepared)(buffer)} has changed`)
}

const keeping = (prepared: Compiled, machine: Machine): Machine => {
  let spoilt: (() => ReadonlyArray<string>) | undefined
  const unsafeKeep = (): void => {
    const changed = spoilt?.() ?? []
    if (changed.length > 0) throw new Error(changed.join('\n'))
  }
  return {
    ...machine,
    step: () => {
      spoilt ??= constantsIn(prepared, machine)
      machine.step()
      unsafeKeep()
    },
    commit: () => {
      machine.commit()
      unsafeKeep()
    }
  }
}

/** The engine as it is; after every run the constants in its memory are looked at. */
export const keepingConstants: Engine = {
  name: 'wasm',
  compile: ({ results: outputs, parameters: inputs }) =>
    pipe(
      compileModule({ results: outputs, parameters: inputs }),
      E.chain((prepared) =>
        pipe(
          machineOf({ bytes: prepared.bytes, pages: prepared.emitted.module.pages }),
          E.map((machine) => started(prepared, keeping(prepared, machine)))
        )
      )
    )
}
