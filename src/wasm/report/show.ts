/**
 * Explanations as text.
 *
 * @since 0.1.0
 */
import { showDims } from '../../tensor/dims.js'
import type { BufferReport, Explanation, KernelReport } from './explain.js'

type Line = ReadonlyArray<string>

/** Lines as columns two blanks apart; all but the first are flush right where they hold numbers. */
const columns = (lines: ReadonlyArray<Line>): ReadonlyArray<string> => {
  const widths = (lines[0] ?? []).map((_, i) => lines.reduce((w, l) => Math.max(w, l[i]?.length ?? 0), 0))
  const isNumber = (i: number): boolean => lines.slice(1).every((l) => /^-?\d+$/.test(l[i] ?? ''))
  const numeric = widths.map((_, i) => isNumber(i))
  const cell = (s: string, i: number): string =>
    numeric[i] === true ? s.padStart(widths[i] ?? 0) : s.padEnd(widths[i] ?? 0)
  return lines.map((l) => `  ${l.map(cell).join('  ')}`.trimEnd())
}

/** Lists may be of any length; the data has them in full. */
const clipped = (s: string): string => (s.length <= 64 ? s : `${s.slice(0, 61)}...`)

/** Operations in the order of their first occurrence, with how often each occurs. */
const counted = (operations: ReadonlyArray<string>): string => {
  const counts = new Map<string, number>()
  for (const o of operations) counts.set(o, (counts.get(o) ?? 0) + 1)
  return [...counts].map(([o, n]) => (n === 1 ? o : `${n} ${o}`)).join(', ')
}

type Numbered = readonly [string, KernelReport]

/** A kernel and those inside it, numbered within it. */
const numbered =
  (before: string) =>
  (k: KernelReport, i: number): ReadonlyArray<Numbered> => {
    const number = `${before}${String(i)}`
    return [[number, k], ...(k.inside ?? []).flatMap(numbered(`${number}.`))]
  }

const kernelLine = ([number, k]: Numbered): Line => [
  number,
  clipped(counted(k.operations)),
  showDims(k.domain),
  clipped(k.reads.join(' ')),
  clipped(k.writes.join(' ')),
  ...[k.flops, k.bytesMoved, k.codeBytes].map(String)
]

/** What a kernel with regions copies, and what it need not. */
const regionLine = ([number, k]: Numbered): ReadonlyArray<Line> =>
  k.copied === undefined ? [] : [[number, String(k.copied), clipped((k.inPlace ?? []).join(' '))]]

/** Where what a kernel writes was asked for. */
const scopeLine = ([number, k]: Numbered): ReadonlyArray<Line> =>
  k.scopes === undefined ? [] : [[number, k.scopes.join(', ')]]

const bufferLine =
  (kernels: number) =>
  (b: BufferReport): Line => [
    b.name,
    b.holds,
    `${b.dtype} x ${b.size}`,
    ...[b.address, b.address + b.bytes, b.bytes].map(String),
    b.first < 0 ? 'all' : `${b.first} to ${b.last === kernels ? 'end' : b.last}`,
    b.over ?? ''
  ]

/** In the order in which they lie in memory, so that what lies where something else does stands beside it. */
const byAddress = (buffers: ReadonlyArray<BufferReport>): ReadonlyArray<BufferReport> =>
  [...buffers].sort((a, b) => a.address - b.address || a.first - b.first)

const section = (title: string, head: Line, lines: ReadonlyArray<Line>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : [title, ...columns([head, ...lines])]

/**
 * An explanation as tables: the kernels in the order in which they run, all other functions of the module, the buffers by their
 * places in memory, and what is copied at the end of a run.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { explain, mul, showExplanation, spec, type Expr } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const double = explain((x: Expr<[3], 'f32'>) => pipe(x, mul(2)))(spec([3]))
 * const [kernels] = pipe(double, E.match(() => '', showExplanation)).split('\n')
 * strictEqual(kernels, 'kernels: 3 flops, 24 bytes moved')
 * ```
 *
 * @since 0.1.0
 * @category printing
 */
export const showExplanation = (e: Explanation): string => {
  const kernels = e.kernels.flatMap(numbered(''))
  return [
    ...section(
      `kernels: ${e.flops} flops, ${e.bytesMoved} bytes moved`,
      ['#', 'operations', 'domain', 'reads', 'writes', 'flops', 'bytes', 'code'],
      kernels.map(kernelLine)
    ),
    ...section('regions', ['#', 'copied each step', 'in place'], kernels.flatMap(regionLine)),
    ...section('scopes', ['#', 'of what it writes'], kernels.flatMap(scopeLine)),
    ...section(
      'functions',
      ['name', 'code'],
      e.functions.map((f) => [f.name, String(f.codeBytes)])
    ),
    ...section(
      'buffers',
      ['name', 'holds', 'elements', 'address', 'end', 'bytes', 'kernels', 'over'],
      byAddress(e.buffers).map(bufferLine(e.kernels.length))
    ),
    ...section(
      'copies',
      ['from', 'to', 'bytes'],
      e.copies.map((c) => [c.from, c.to, String(c.bytes)])
    ),
    `memory: ${e.peakBytes} bytes at the peak, ${e.constantBytes} of them constants and ${e.scratchBytes} scratch; ${e.memoryBytes} asked of the host`,
    `module: ${e.codeBytes} bytes`
  ].join('\n')
}
