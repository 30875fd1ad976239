/** Build errors: values that know what was asked for, of which operands, and on which line of the caller's program. */
import * as E from 'fp-ts/lib/Either.js'
import { showDims, type Dims } from '../tensor/dims.js'
import { allocate, type DType } from '../tensor/DType.js'
import type { Tensor } from '../tensor/Tensor.js'
import { avalOf } from './aval.js'
import type { Aval, BuildError, Expr, Invalid, Node, Value } from './Expr.js'

const location = (frame: string): string =>
  (/\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/.exec(frame.trim())?.[1] ?? '').replace('file://', '')

const folderOf = (place: string): string => place.replace(/(\/graph)?\/[^/]*$/, '/')

/** The first stack frame outside the library: the folder above this file is the library. */
const stack = (): string => {
  const limit = Error.stackTraceLimit
  // Layers and transformations call each other deeply; the caller stands below them. The limit is put back at once. Hosts may have frozen it.
  const isWider = Reflect.set(Error, 'stackTraceLimit', 200)
  // Programs may have stacks prepared in ways of their own, as something else than text or with errors.
  const text = E.tryCatch((): unknown => new Error().stack, String)
  if (isWider) Reflect.set(Error, 'stackTraceLimit', limit)
  return E.isRight(text) && typeof text.right === 'string' ? text.right : ''
}

const callSite = (): string => {
  const places = stack()
    .split('\n')
    .slice(1)
    .map(location)
    .filter((p) => p !== '')
  const library = folderOf(places[0] ?? '')
  return (
    places.find((p) => !p.startsWith(library) && !p.startsWith('node:') && !p.includes('/node_modules/')) ??
    ''
  )
}

/** An expression that cannot be: it carries the reason and takes the first operand's shape, so that building can go on. */
export const invalid = (operation: string, operands: ReadonlyArray<Value>, message: string): Invalid => ({
  _tag: 'Invalid',
  shape: operands[0]?.shape ?? [],
  dtype: operands[0]?.dtype ?? 'f32',
  errors: [
    { _tag: 'BuildError', operation, message, operands: operands.map(avalOf), path: [], at: callSite() }
  ]
})

/** In the place of a tensor that cannot be: an expression in error, with no elements for whoever reads them. */
export const invalidTensor = <S extends Dims, D extends DType>(
  operation: string,
  shape: S,
  dtype: D,
  message: string
): Tensor<S, D> => {
  const error: Expr<unknown> = { ...invalid(operation, [], message), shape, dtype }
  return { ...(error as Tensor<S, D>), data: allocate(dtype, 0) }
}

/** What a composition is refused for is told in its own name and of its own operands; their errors stay as they are. */
export const inName = (operation: string, operands: ReadonlyArray<Value>, made: Value): Value =>
  made._tag !== 'Invalid' || operands.some((x) => x._tag === 'Invalid')
    ? made
    : { ...made, errors: made.errors.map((e) => ({ ...e, operation, operands: operands.map(avalOf) })) }

export const showAval = (a: Aval): string => `${a.dtype}${showDims(a.shape)}`

/** Messages of users' own rules may be of any form. */
const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ')
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`
}

/**
 * A build error in at most three lines: operation and reason, operands, place.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { showBuildError } from 'adjoint'
 *
 * const error = { operation: 'exp', message: 'takes f32 or f64, not bool', path: ['layer 0'], at: '', operands: [] } as const
 * strictEqual(showBuildError({ _tag: 'BuildError', ...error }), 'layer 0: exp: takes f32 or f64, not bool')
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
export const showBuildError = (e: BuildError): string =>
  [
    oneLine([...e.path, e.operation, e.message].filter((part) => part !== '').join(': ')),
    ...(e.operands.length === 0 ? [] : [`  operands: ${e.operands.map(showAval).join(', ')}`]),
    ...(e.at === '' ? [] : [`  at ${e.at}`])
  ].join('\n')

/** The root causes of several operands, each once. */
export const causes = (operands: ReadonlyArray<Node>): ReadonlyArray<BuildError> => {
  const all = [...new Set(operands.flatMap((x) => (x._tag === 'Invalid' ? x.errors : [])))]
  if (all.length < 2) return all
  return [...new Map(all.map((e) => [showBuildError(e), e])).values()]
}

/** Puts the name of a layer in front of the errors that arose inside it. */
export const within =
  (layer: string) =>
  <E extends Expr>(e: E): E =>
    e._tag === 'Invalid' && 'errors' in e
      ? { ...e, errors: (e.errors as Invalid['errors']).map((x) => ({ ...x, path: [layer, ...x.path] })) }
      : e
