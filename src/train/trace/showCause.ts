/**
 * Causes as text.
 *
 * @since 0.1.0
 */
import { showAval } from '../../graph/error.js'
import { showDims } from '../../tensor/dims.js'
import { isFloat } from '../../tensor/DType.js'
import { showNumber } from '../../tensor/show.js'
import type { Cause, CauseStep, Observed } from './Cause.js'
import type { CauseKind } from './kinds.js'

const kinds: Readonly<Record<CauseKind, string>> = {
  nan: 'the first NaN',
  infinity: 'the first infinity',
  subnormal: 'the first subnormal number',
  digits: 'the first loss of all digits'
}

const showStep = (s: CauseStep): string => {
  switch (s._tag) {
    case 'Scan':
      return `step ${String(s.step)} of a scan of ${String(s.length)}`
    case 'While':
      return `step ${String(s.step)} of a while loop${s.part === 'condition' ? ', in its condition' : ''}`
    case 'Branch':
      return `branch ${String(s.branch)} of ${String(s.branches)}`
    case 'Call':
      return 'a call'
  }
}

const numbers = ({ aval, min, max, notFinite }: Observed): string => {
  const show = (v: number): string => showNumber(aval.dtype, v)
  const from = min === undefined || max === undefined ? [] : [`from ${show(min)} to ${show(max)}`]
  return [...from, ...(isFloat(aval.dtype) && notFinite > 0 ? [`${String(notFinite)} not finite`] : [])].join(
    ', '
  )
}

const showObserved = (what: string, o: Observed): string => {
  const value = o.value === undefined ? '' : ` ${showNumber(o.aval.dtype, o.value)},`
  return `  ${what} ${showAval(o.aval)}:${value} ${numbers(o)}`.replace(/[,:] ?$/, '')
}

const ways = { forward: '', tangent: ', in the tangent', backward: ', backward' } as const

/** What it is part of: a derivative, scopes. */
const headline = (c: Cause): string => {
  const where = c.path.length === 0 ? '' : `${c.path.join('/')}: `
  const name = c.attributes === '' ? c.operation : `${c.operation} {${c.attributes}}`
  const of = c.derivativeOf === undefined ? '' : ` of ${c.derivativeOf}`
  return `${kinds[c.kind]}: ${where}${name}${ways[c.mode]}${of}`
}

/**
 * A cause in a few lines: the operation with its scopes and direction, the first bad element, the operands, the loops around it, and the line.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import { log, tensor, type Expr } from 'adjoint'
 * import { showCause, traceNaN } from 'adjoint/train'
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as O from 'fp-ts/lib/Option.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const found = traceNaN((x: Expr<[3], 'f32'>) => log(x))(tensor([1, 0, 2]))
 * const lines = pipe(found, E.map(O.map((c) => showCause(c).split('\n').slice(0, 3))))
 * deepStrictEqual(lines, E.right(O.some([
 *   'the first infinity: log',
 *   '  result f32[3] at [1]: -Infinity, from 0 to 0.6931472, 1 not finite',
 *   '  operand f32[3]: 0, from 0 to 2'
 * ])))
 * ```
 *
 * @since 0.1.0
 * @category printing
 */
export const showCause = (c: Cause): string =>
  [
    headline(c),
    showObserved('result', c.result).replace(':', ` at ${showDims(c.index)}:`),
    ...c.operands.map((x) => showObserved('operand', x)),
    ...(c.inside.length === 0 ? [] : [`  in ${c.inside.map(showStep).join(', in ')}`]),
    ...(c.at === '' ? [] : [`  ${c.isRead ? 'of constants, first read at' : 'at'} ${c.at}`])
  ].join('\n')
