/**
 * Memory over many training steps, as one line of JSON: what is in use after a collection when the last step is done, and by how much that is more
 * than after a tenth of the steps; `engine` is the memory of all modules that are still in use. `npm run bench:memory` takes 100,000 steps of the
 * network 4-8-8-3 and 1,000 of 784-128-10; numbers after it are other counts.
 */
import { showError } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Host, Memory } from '../../src/wasm/run/host.js'
import { networks, type Result, type Start, type Step } from '../wasm/hash/weights.js'

/** Has the engine find a host that notes the memory of every instance, without keeping it in use. */
const noted = (): ReadonlyArray<WeakRef<Memory>> => {
  const memories: Array<WeakRef<Memory>> = []
  const host = Reflect.get(globalThis, 'WebAssembly') as Host
  const Instance = function (...args: ConstructorParameters<Host['Instance']>) {
    const instance = new host.Instance(...args)
    memories.push(new WeakRef(instance.exports['memory'] as Memory))
    return instance
  }
  Reflect.set(globalThis, 'WebAssembly', { Module: host.Module, Instance })
  return memories
}

const memories = noted()

interface Use {
  readonly heap: number
  readonly external: number
  readonly resident: number
  readonly engine: number
}

const used = (): Use => {
  for (let i = 0; i < 4; i++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const engine = memories.reduce((sum, m) => sum + (m.deref()?.buffer.byteLength ?? 0), 0)
  return { heap: heapUsed, external, resident: rss, engine }
}

interface Grown extends Use {
  readonly steps: number
  /** In the end. */
  readonly inUse: Use
}

/** Runs a step so many times, and measures when a tenth of them is done and in the end. */
const grown =
  <S, X, Y>({ state, x, y }: Start<S, X, Y>, steps: number) =>
  (step: Step<S, X, Y>): Result<Grown> => {
    let now: Result<S> = E.right(state)
    let early = used()
    for (let i = 0; i < steps; i++) {
      if (i === Math.floor(steps / 10)) early = used()
      now = pipe(
        now,
        E.chain((s) => step(s, x, y)),
        E.map(([s]) => s)
      )
    }
    const late = used()
    return pipe(
      now,
      E.map(() => ({
        steps,
        heap: late.heap - early.heap,
        external: late.external - early.external,
        resident: late.resident - early.resident,
        engine: late.engine - early.engine,
        inUse: late
      }))
    )
  }

const grownBy = <S, X, Y>(
  start: Result<Start<S, X, Y>>,
  compiled: (state: S, x: X, y: Y) => Result<Step<S, X, Y>>,
  steps: number
) =>
  pipe(
    start,
    E.chain((s) => pipe(compiled(s.state, s.x, s.y), E.chain(grown(s, steps)))),
    E.getOrElseW(showError)
  )

const [fruit = 100_000, digits = 1_000] = process.argv.slice(2).map(Number)

console.log(
  JSON.stringify({
    fruit: grownBy(networks.fruit.start(), networks.fruit.compiled, fruit),
    digits: grownBy(networks.digits.start(), networks.digits.compiled, digits)
  })
)
