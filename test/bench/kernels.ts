/**
 * Where the time of a workload goes inside the engine: its kernels with their share of the samples of a profile. Run with
 * `npm run bench:kernels -- W5`.
 */
import { Session, type Profiler } from 'node:inspector/promises'
import type { Engine } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { prepare, program } from '../../src/wasm/index.js'
import type { Kernel, Nest } from '../../src/wasm/lower/kernel.js'
import { isId, make } from './peers/data/index.js'
import { own } from './peers/own/index.js'

const seconds = 5

/** The engine, which also tells its kernels in the order of the module's functions. */
const listening = (tell: (kernels: ReadonlyArray<Kernel>) => void): Engine => ({
  name: 'wasm',
  program: (outputs, inputs) => {
    const prepared = prepare(outputs, inputs)
    if (E.isRight(prepared)) tell(prepared.right.emitted.kernels)
    return program(outputs, inputs)
  }
})

const strided = ({ row, column }: { readonly row: number; readonly column: number }): string =>
  `(${String(row)}, ${String(column)})`

const nest = ({ domain, elements, reductions }: Nest): string => {
  const ops = elements.flatMap((e) => ('op' in e ? [e.op] : []))
  const reduced = reductions.map((r) => r.op).join(' ')
  return `[${domain.join(', ')}] ${ops.join(' ')}${reduced && ` => ${reduced}`}`
}

const described = (k: Kernel): string => {
  switch (k._tag) {
    case 'Product':
      return `${k.name} ${[k.batch, k.m, k.k, k.n].join(' x ')}, strides ${strided(k.a)} ${strided(k.b)}`
    case 'Nest':
      return `elementwise ${nest(k)}`
    case 'Rows':
      return `rows ${k.stages.map(nest).join('; ')}`
    case 'Arg':
      return `${k.name} [${k.domain.join(', ')}]`
    case 'Lookup':
      return `${k.way} ${String(k.count)} of ${k.whole.join(' x ')}`
    case 'Patches': {
      const sizes = (axes: ReadonlyArray<{ readonly size: number }>): string =>
        axes.map((x) => x.size).join(' x ')
      return `${k.name} rows ${sizes(k.rows)}, terms ${sizes(k.terms)}, columns ${String(k.columns)}`
    }
    case 'Pool':
      return `${k.name} ${k.axes.map((x) => `${String(x.positions)} of ${String(x.offsets)}`).join(', ')}`
    case 'Bits':
      return `${k.name} ${String(k.keys)} x ${String(k.counters)}`
  }
}

const flops = (k: Kernel): number =>
  k._tag === 'Product'
    ? 2 * k.batch * k.m * k.k * k.n
    : k._tag === 'Patches'
      ? [...k.batch, ...k.rows, ...k.terms].reduce((n, x) => n * x.size, 2 * k.columns)
      : 0

/** Milliseconds by the index of the function in the module; what is not a function of a module counts as -1. */
const timesOf = ({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): ReadonlyMap<number, number> => {
  const indices = nodes.map(
    ({ id, callFrame }) =>
      [id, Number(/^wasm-function\[(\d+)\]$/.exec(callFrame.functionName)?.[1] ?? -1)] as const
  )
  const functionAt = new Map(indices)
  const times = new Map<number, number>()
  samples.forEach((id, i) => {
    const at = functionAt.get(id) ?? -1
    times.set(at, (times.get(at) ?? 0) + (timeDeltas[i] ?? 0) / 1000)
  })
  return times
}

const profiled = async (run: () => unknown) => {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  const start = performance.now()
  while (performance.now() - start < 1000) run()
  await session.post('Profiler.start')
  const from = performance.now()
  let steps = 0
  for (; performance.now() - from < 1000 * seconds; steps++) run()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return { steps, times: timesOf(profile) }
}

interface Share {
  readonly what: string
  readonly count: number
  readonly ms: number
  readonly flops: number
}

/** Functions that do the same kind of work, together. */
const shares = (kernels: ReadonlyArray<Kernel>, times: ReadonlyMap<number, number>): ReadonlyArray<Share> => {
  const found = new Map<string, Share>()
  for (const [at, ms] of times) {
    const kernel = kernels[at]
    const what =
      kernel !== undefined ? described(kernel) : at < 0 ? 'outside the module' : 'functions that kernels call'
    const so = found.get(what) ?? { what, count: 0, ms: 0, flops: 0 }
    const work = kernel === undefined ? 0 : flops(kernel)
    found.set(what, { what, count: so.count + 1, ms: so.ms + ms, flops: so.flops + work })
  }
  return [...found.values()].sort((a, b) => b.ms - a.ms)
}

const id = process.argv[2] ?? 'W2'
if (isId(id)) {
  let kernels: ReadonlyArray<Kernel> = []
  const running = own(listening((found) => (kernels = found))).open(make(id))
  const { steps, times } = await profiled(() => running?.run())
  const total = [...times.values()].reduce((a, b) => a + b, 0)
  console.log(`${id}: ${((1000 * total) / steps).toFixed(1)} us a step, ${String(kernels.length)} kernels`)
  for (const { what, count, ms, flops: work } of shares(kernels, times).slice(0, 20)) {
    const rate = work === 0 ? '' : `, ${((work * steps) / ms / 1e6).toFixed(1)} GF/s`
    const time = `${((100 * ms) / total).toFixed(1)}%, ${((1000 * ms) / steps).toFixed(1)} us${rate}`
    console.log(`${time}: ${String(count)} x ${what}`)
  }
} else console.error(`no workload ${id}`)
