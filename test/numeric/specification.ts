/**
 * The numeric specification, executed: the answer of each row on both engines in both dtypes beside the documented one, and what other libraries
 * answer, from `test/golden/numerics`.
 */
import { reference, wasm, type Engine, type FloatDType } from '../../src/index.js'
import javascript from '../golden/numerics/javascript.json' with { type: 'json' }
import python from '../golden/numerics/python.json' with { type: 'json' }
import { ulpsF32, ulpsF64 } from '../reference/scalar/bits.js'
import { arithmetic } from './rows/arithmetic.js'
import { kinks } from './rows/kinks.js'
import { range } from './rows/range.js'
import type { Answer, Row } from './rows/row.js'
import { saturation } from './rows/saturation.js'
import { shownNumber, table } from './table.js'

/** Rows with a number first, in order. */
const place = ({ id }: Row): number => (/^\d/.test(id) ? Number.parseInt(id, 10) : 1000)

export const rows: ReadonlyArray<Row> = [...saturation, ...kinks, ...arithmetic, ...range].sort(
  (a, b) => place(a) - place(b)
)

export const columns: ReadonlyArray<{ readonly engine: Engine; readonly dtype: FloatDType }> = [
  reference,
  wasm
].flatMap((engine) => (['f32', 'f64'] as const).map((dtype) => ({ engine, dtype })))

export const rightOf = ({ right }: Row, dtype: FloatDType): Answer =>
  typeof right === 'object' && 'f32' in right ? right[dtype] : right

const isNear = (dtype: FloatDType, ulps: number, got: number, right: number): boolean => {
  if (Number.isNaN(right) || Object.is(right, -0) || !Number.isFinite(right)) return Object.is(got, right)
  const [distance, rounded] = dtype === 'f32' ? [ulpsF32, Math.fround(right)] : [ulpsF64, right]
  return distance(got, rounded) <= ulps
}

const ulpsOf = ({ ulps = 2 }: Row, dtype: FloatDType): number =>
  typeof ulps === 'number' ? ulps : ulps[dtype]

/** Whether an answer is the documented one. */
export const holds = (row: Row, dtype: FloatDType, answer: Answer): boolean => {
  const right = rightOf(row, dtype)
  if (answer === 'refused' || right === 'refused') return answer === right
  return (
    answer.length === right.length &&
    answer.every((x, i) => isNear(dtype, ulpsOf(row, dtype), x, right[i] ?? NaN))
  )
}

export interface Outcome {
  readonly row: Row
  readonly answers: ReadonlyArray<Answer>
  readonly hold: ReadonlyArray<boolean>
}

export const outcomeOf = (row: Row): Outcome => {
  const answers = columns.map(({ engine, dtype }) => row.ask(engine, dtype))
  return { row, answers, hold: answers.map((a, i) => holds(row, columns[i]?.dtype ?? 'f32', a)) }
}

type Cells = Readonly<Partial<Record<string, 'error' | ReadonlyArray<string>>>>

/** Cells are either "error" or numbers; the type of the file does not say so. */
const cellsOf = (file: object): Cells => file as Cells

/** What others answer in f32. */
export const peers: ReadonlyArray<{ readonly name: string; readonly cells: Cells }> = [
  { name: `JAX ${python.versions.jax}`, cells: cellsOf(python.jax) },
  { name: `PyTorch ${python.versions.torch}`, cells: cellsOf(python.torch) },
  { name: `tfjs ${javascript.versions.tfjs}`, cells: cellsOf(javascript.tfjs) },
  { name: `jax-js ${javascript.versions['jax-js']}`, cells: cellsOf(javascript['jax-js']) }
]

const most = 7

const shownList = (xs: ReadonlyArray<number>): string =>
  [...xs.slice(0, most).map(shownNumber), ...(xs.length > most ? ['...'] : [])].join(', ')

const shown = (a: Answer): string => (a === 'refused' ? 'an error value' : shownList(a))

const numberOf = (text: string): number => Number(text.replace(/^(-?)inf$/, '$1Infinity'))

const shownCell = (cell: 'error' | ReadonlyArray<string> | undefined): string =>
  cell === undefined ? '-' : cell === 'error' ? 'raises' : shownList(cell.map(numberOf))

const documented = (row: Row): string => {
  const [a, b] = [shown(rightOf(row, 'f32')), shown(rightOf(row, 'f64'))]
  return [a === b ? a : `${a}; f64 ${b}`, ...(row.note === undefined ? [] : [`(${row.note})`])].join(' ')
}

const head = ['row', 'asked', 'documented answer', ...peers.map((p) => p.name)]

const cells = (row: Row): ReadonlyArray<string> => [
  row.id,
  row.what,
  documented(row),
  ...peers.map((p) => shownCell(p.cells[row.id]))
]

/** The documented answers beside those of others. */
export const specification = (): string => table([head, ...rows.map(cells)])

/** The same with a column for each engine and dtype: `as documented`, or what it answers instead. */
export const showOutcomes = (outcomes: ReadonlyArray<Outcome>): string =>
  table([
    [...head, ...columns.map(({ engine, dtype }) => `${engine.name} ${dtype}`)],
    ...outcomes.map(({ row, answers, hold }) => [
      ...cells(row),
      ...answers.map((a, i) => (hold[i] === true ? 'as documented' : shown(a)))
    ])
  ])
