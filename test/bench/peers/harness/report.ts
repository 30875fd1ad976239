/** Results as JSON and as a table. */
import { ids, titles } from '../data/index.js'
import type { Id } from '../data/model.js'
import type { Name } from './peers.js'

/** Medians over the rounds. */
export interface Figures {
  readonly us: number
  readonly tenthUs: number
  readonly firstStepMs: number
  /** Where compilation is a step of its own. */
  readonly compileMs?: number
  readonly rssMiB: number
  /** Whether losses and answers were right in every round. */
  readonly ok: boolean
}

export type Row = Partial<Readonly<Record<Name, Figures>>>
export type Results = Partial<Readonly<Record<Id, Row>>>

const rounded = (x: number, digits = 4): number => Number(x.toPrecision(digits))

const figures = ({ us, tenthUs, firstStepMs, compileMs, rssMiB, ok }: Figures) => ({
  us: rounded(us),
  tenthUs: rounded(tenthUs),
  firstStepMs: rounded(firstStepMs),
  ...(compileMs === undefined ? {} : { compileMs: rounded(compileMs) }),
  rssMiB: rounded(rssMiB),
  ok
})

const entriesOf = (row: Row): ReadonlyArray<readonly [string, Figures]> =>
  Object.entries(row).filter(([name]) => name !== 'adjoint')

const rowAsJson = (row: Row): object => {
  const own = row.adjoint
  const others = entriesOf(row)
  const ratios = (of: (f: Figures) => number) =>
    Object.fromEntries(others.map(([name, f]) => [name, rounded(of(f) / (own ? of(own) : NaN))]))
  return {
    ...(own === undefined ? {} : figures(own)),
    ratios: ratios((f) => f.us),
    firstStepRatios: ratios((f) => f.firstStepMs),
    peers: Object.fromEntries(others.map(([name, f]) => [name, figures(f)]))
  }
}

/** One line. A ratio says how many times as long the other library takes. */
export const asJson = (results: Results): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(results).map(([id, row]) => [id, rowAsJson(row)] as const))
  )

const scales = [
  { unit: 's', us: 1e6 },
  { unit: 'ms', us: 1e3 },
  { unit: 'µs', us: 1 }
] as const

const duration = (us: number): string => {
  const { unit, us: size } = scales.find((scale) => us >= scale.us) ?? scales[2]
  return `${String(rounded(us / size, 3))} ${unit}`
}

const times = (ratio: number): string => `${ratio >= 100 ? ratio.toFixed(0) : String(rounded(ratio, 2))}x`

const compared = (own: Figures | undefined, other: Figures | undefined): string =>
  other === undefined || own === undefined ? '' : `${duration(other.us)} (${times(other.us / own.us)})`

const headings: Readonly<Record<Name, string>> = {
  adjoint: 'adjoint',
  unrolled: 'written out',
  'jax-js': 'jax-js',
  'tfjs-wasm': 'TensorFlow.js',
  'tfjs-cpu': 'TensorFlow.js without WebAssembly',
  plain: 'loops by hand'
}

const line = (cells: ReadonlyArray<string>): string => `| ${cells.join(' | ')} |`

const rowAsCells = (id: Id, row: Row, names: ReadonlyArray<Name>): ReadonlyArray<string> => {
  const own = row.adjoint
  return [
    `${id} ${titles[id]}`,
    own === undefined ? '' : `${duration(own.us)}${own.ok ? '' : ' (wrong)'}`,
    ...names.map((name) => compared(own, row[name])),
    own === undefined ? '' : `${own.firstStepMs.toFixed(0)} ms`,
    own === undefined ? '' : `${own.rssMiB.toFixed(0)} MiB`
  ]
}

/** A table of Markdown. */
export const asTable = (results: Results, names: ReadonlyArray<Name>): string => {
  const head = ['work', 'adjoint', ...names.map((name) => headings[name]), 'first step', 'memory']
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'))
  const rows = ids.flatMap((id) => {
    const row = results[id]
    return row === undefined ? [] : [rowAsCells(id, row, names)]
  })
  return [head, rule, ...rows].map(line).join('\n')
}
