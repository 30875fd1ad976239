/**
 * Where the time of a workload goes inside the engine: the functions of its module with their share of the samples of a profile. Run with
 * `npm run bench:kernels -- W5`.
 */
import { Session, type Profiler } from 'node:inspector/promises'
import type { Engine } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import type { Emitted } from '../../src/wasm/compile/emit.js'
import { compileModule, program } from '../../src/wasm/index.js'
import type { Kernel, Product, Work } from '../../src/wasm/kernel/kernel.js'
import { isId, make } from './peers/data/index.js'
import { own } from './peers/own/index.js'

const seconds = 5

/** The engine, which also tells what a module consists of. */
const listening = (tell: (emitted: Emitted) => void): Engine => ({
  name: 'wasm',
  compile: (region) => {
    const prepared = compileModule(region)
    if (E.isRight(prepared)) tell(prepared.right.emitted)
    return program(region)
  }
})

const strided = ({ row, column }: { readonly row: number; readonly column: number }): string =>
  `(${String(row)}, ${String(column)})`

const operations = ({ elements, reductions }: Work): string => {
  const ops = elements.flatMap((e) => ('op' in e ? [e.op] : []))
  const reduced = reductions.map((r) => r.op).join(' ')
  return `${ops.join(' ')}${reduced && ` => ${reduced}`}`
}

const nest = (work: Work): string => `[${work.domain.join(', ')}] ${operations(work)}`

/** What is made of sums, if anything. */
const then = (finish: Work): string => {
  const more = operations(finish)
  return more && `, then ${more}`
}

const described = (k: Kernel): string => {
  switch (k._tag) {
    case 'Product':
      return `${k.name} ${[k.batch, k.m, k.k, k.n].join(' x ')}, strides ${strided(k.a)} ${strided(k.b)}${then(k.epilogue)}`
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
      const walks = `rows ${sizes(k.rows)}, terms ${sizes(k.terms)}, columns ${String(k.columns)}`
      return `${k.name} ${walks}${then(k.epilogue)}`
    }
    case 'Pool':
      return `${k.name} ${k.axes.map((x) => `${String(x.positions)} of ${String(x.offsets)}`).join(', ')}`
    case 'Bits':
      return `${k.name} ${String(k.keys)} x ${String(k.counters)}`
    case 'Loop':
      return `${k.name} of ${String(k.steps)} steps`
    case 'Repeat':
    case 'Foreign':
    case 'Branch':
      return k.name
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

/** The columns of one panel of a product, as the name of the function that computes its rows tells them. */
const panelOf = (name: string): { readonly of: string; readonly columns: number } | undefined => {
  const [, dtype, m, k, columns, n] = /^rows (\w+) (\d+) x (\d+) x (\d+) of (\d+),/.exec(name) ?? []
  return columns === undefined ? undefined : { of: [dtype, m, k, n].join(' '), columns: Number(columns) }
}

const shapeOf = (p: Product): string => [p.dtype, p.m, p.k, p.n].join(' ')

/** Work by position in the module. That of products whose panels have functions of their own is theirs: one for whole panels, one for the rest. */
const workOf = ({ kernels, module }: Emitted): ReadonlyArray<number> => {
  const panels = module.functions.map((f) => panelOf(f.name))
  const of = (shape: string) => panels.flatMap((p) => (p?.of === shape ? [p.columns] : []))
  const products = kernels.filter((k) => k._tag === 'Product')
  const columnsOf = (shape: string, columns: number, n: number): number => {
    const [whole = 0, rest = 0, ...more] = of(shape).sort((a, b) => b - a)
    if (more.length > 0 || whole === rest) return 0
    return columns === whole ? n - rest : rest
  }
  return panels.map((panel, i) => {
    const kernel = kernels[i]
    if (kernel !== undefined)
      return kernel._tag === 'Product' && of(shapeOf(kernel)).length > 0 ? 0 : flops(kernel)
    if (panel === undefined) return 0
    const own = products.filter((p) => shapeOf(p) === panel.of)
    return own.reduce((sum, p) => sum + (flops(p) * columnsOf(panel.of, panel.columns, p.n)) / p.n, 0)
  })
}

interface Share {
  readonly what: string
  readonly count: number
  readonly ms: number
  readonly flops: number
}

/** Functions that do the same kind of work, together. */
const shares = (emitted: Emitted, times: ReadonlyMap<number, number>): ReadonlyArray<Share> => {
  const found = new Map<string, Share>()
  const work = workOf(emitted)
  for (const [at, ms] of times) {
    const kernel = emitted.kernels[at]
    const name = emitted.module.functions[at]?.name
    const other = name === undefined ? 'outside the module' : `function ${name}`
    const what = kernel === undefined ? other : described(kernel)
    const so = found.get(what) ?? { what, count: 0, ms: 0, flops: 0 }
    found.set(what, { what, count: so.count + 1, ms: so.ms + ms, flops: so.flops + (work[at] ?? 0) })
  }
  return [...found.values()].sort((a, b) => b.ms - a.ms)
}

const id = process.argv[2] ?? 'W2'
if (isId(id)) {
  const told: Array<Emitted> = []
  const running = own(listening((emitted) => told.push(emitted))).open(make(id))
  const { steps, times } = await profiled(() => running?.run())
  const emitted = told.at(-1)
  const total = [...times.values()].reduce((a, b) => a + b, 0)
  const kernels = emitted?.kernels.length ?? 0
  console.log(`${id}: ${((1000 * total) / steps).toFixed(1)} us a step, ${String(kernels)} kernels`)
  const all = emitted === undefined ? [] : shares(emitted, times)
  for (const { what, count, ms, flops: work } of all.slice(0, 20)) {
    const rate = work === 0 ? '' : `, ${((work * steps) / ms / 1e6).toFixed(1)} GF/s`
    const time = `${((100 * ms) / total).toFixed(1)}%, ${((1000 * ms) / steps).toFixed(1)} us${rate}`
    console.log(`${time}: ${String(count)} x ${what}`)
  }
} else console.error(`no workload ${id}`)
