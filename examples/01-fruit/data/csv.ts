import { type CsvError, parse } from 'csv-parse/sync'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts/lib/index.js'
import { fromText, oneOf, weight } from '../input/codecs.js'
import { didYouMean, fromErrors, problem, type Problem, showValue, suggestion } from '../input/problem.js'
import { colours, columns, type Fruit, labels, sizes, textures } from './fruit.js'

/** One row of the file: text on the outside, a fruit on the inside. */
export const FruitRow = t.readonly(
  t.type({
    weight: fromText(weight),
    colour: oneOf(colours),
    texture: oneOf(textures),
    size: oneOf(sizes),
    label: oneOf(labels)
  })
)

interface Row {
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

const isCsvError = (e: unknown): e is CsvError => e instanceof Error && 'code' in e

/** What the parser could not read, in our words; the quote opens on the line after the last good row. */
const broken = (error: unknown, rows: ReadonlyArray<Row>): Problem => {
  const code = isCsvError(error) ? error.code : ''
  const at = `line ${(rows.at(-1)?.line ?? 0) + 1}`
  if (code === 'CSV_QUOTE_NOT_CLOSED') return problem(at, 'a quoted value is never closed: a " is missing')
  if (code === 'INVALID_OPENING_QUOTE') return problem(at, 'a " inside a value that does not start with "')
  if (code === 'CSV_INVALID_CLOSING_QUOTE') return problem(at, 'text after the closing " of a value')
  return problem(at, 'not comma-separated values')
}

/** The rows up to the first place that cannot be read, and what is wrong there. */
const readRows = (
  text: string
): { readonly rows: ReadonlyArray<Row>; readonly stopped: ReadonlyArray<Problem> } => {
  const rows: Array<Row> = []
  const keep = (cells: ReadonlyArray<string>, { lines }: { readonly lines: number }): null => {
    rows.push({ line: lines, cells })
    return null
  }
  // trimming drops a byte-order mark too
  const options = { trim: true, skip_empty_lines: true, relax_column_count: true }
  const read = E.tryCatch(
    () => parse(text, { ...options, on_record: keep }),
    (error) => broken(error, rows)
  )
  return { rows, stopped: E.isLeft(read) ? [read.left] : [] }
}

const delimiters: ReadonlyArray<readonly [string, string]> = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars']
]

const header = columns.join(',')

/** The problems of the first row, which has to name the columns in order. */
const checkHeader = ({ line, cells }: Row): ReadonlyArray<Problem> => {
  const at = `line ${line}`
  const only = cells.length === 1 ? (cells[0] ?? '') : ''
  const wrong = delimiters.find(([mark]) => only.includes(mark))
  if (wrong !== undefined) return [problem(at, `expected values separated by commas, found ${wrong[1]}`)]
  if (cells.every((cell) => suggestion(cell, columns) === undefined)) {
    return [problem(at, `expected the header ${header}, got ${showValue(cells.join(','))}`)]
  }
  const named = columns.flatMap((name, i) => {
    const cell = cells[i]
    if (cell === name) return []
    const hint = didYouMean(
      cell,
      columns.filter((c) => c !== cell)
    )
    return [problem(`${at}, column ${i + 1}`, `expected "${name}", got ${showValue(cell)}${hint}`)]
  })
  const extra = cells.slice(columns.length)
  const tooMany = extra.map((c, i) =>
    problem(`${at}, column ${columns.length + i + 1}`, `unexpected column ${showValue(c)}`)
  )
  return [...named, ...tooMany]
}

const decodeRow = ({ line, cells }: Row): E.Either<ReadonlyArray<Problem>, Fruit> => {
  if (cells.length !== columns.length) {
    return E.left([
      problem(`line ${line}`, `expected ${columns.length} values (${header}), got ${cells.length}`)
    ])
  }
  const record = Object.fromEntries(columns.map((name, i) => [name, cells[i]]))
  return E.mapLeft(fromErrors((path) => `line ${line}, ${path.join()}`))(FruitRow.decode(record))
}

/** Reads the text of a fruit file. A byte-order mark and Windows line ends are fine; every bad value is listed. */
export const parseFruits = (text: string): E.Either<ReadonlyArray<Problem>, ReadonlyArray<Fruit>> => {
  const { rows, stopped } = readRows(text)
  const [first, ...rest] = rows
  if (first === undefined)
    return E.left(stopped.length > 0 ? stopped : [problem('line 1', 'the file is empty')])
  const badHeader = checkHeader(first)
  if (badHeader.length > 0) return E.left(badHeader)
  const decoded = rest.map(decodeRow)
  const problems = [...decoded.flatMap((row) => (E.isLeft(row) ? row.left : [])), ...stopped]
  if (problems.length > 0) return E.left(problems)
  const fruits = decoded.flatMap((row) => (E.isRight(row) ? [row.right] : []))
  return fruits.length > 0 ? E.right(fruits) : E.left([problem('line 2', 'no fruits after the header')])
}

/** The inverse of {@link parseFruits}. */
export const printFruits = (fruits: ReadonlyArray<Fruit>): string =>
  [header, ...fruits.map((fruit) => columns.map((name) => String(fruit[name])).join(','))].join('\n') + '\n'
