/** Variants of one thing, timed in turns, so that what else the machine does meets all of them. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { machineOf } from '../../src/wasm/run/host.js'
import { accessTo } from '../../src/wasm/run/memory.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import type { Compiled } from '../../src/wasm/compile/compile.js'

const timed = (run: () => unknown, times: number): number => {
  const start = performance.now()
  for (let i = 0; i < times; i++) run()
  return (performance.now() - start) / times
}

const median = (xs: ReadonlyArray<number>): number => [...xs].sort((a, b) => a - b)[xs.length >> 1] ?? NaN

const rounds = 9

/** Medians over rounds in which the variants take turns. */
export const measured = (
  steps: ReadonlyArray<readonly [string, () => unknown]>
): ReadonlyArray<readonly [string, string]> => {
  // Until hosts run their best code.
  const warm = steps.map(([, run]) => timed(run, Math.ceil(400 / timed(run, 20))))
  const times = Math.max(1, Math.ceil(4 / Math.max(...warm)))
  const found = steps.map((): Array<number> => [])
  for (let i = 0; i < rounds; i++) steps.forEach(([, run], k) => found[k]!.push(timed(run, times)))
  return steps.map(([name], k) => [`${name} us`, (1000 * median(found[k]!)).toFixed(2)])
}

/** A run of a prepared program on some arguments, or on random ones, without arguments and results passing in and out. */
export const stepOf = (prepared: Compiled, given: ReadonlyArray<Tensor> = []): (() => void) =>
  pipe(
    machineOf({ bytes: prepared.bytes, pages: prepared.emitted.module.pages }),
    E.map((machine) => {
      for (const [i, port] of prepared.inputs.entries()) {
        const own = given[i] === undefined ? undefined : elements(given[i])
        if (port !== undefined)
          accessTo(machine, port).write(own ?? Float32Array.from({ length: port.size }, () => Math.random()))
      }
      return machine.step
    }),
    E.getOrElse((): (() => void) => () => undefined)
  )
