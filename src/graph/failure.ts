/** What can go wrong between a description and its values. */
import type { TensorError } from '../tensor/Tensor.js'
import { showBuildError } from './error.js'
import type { BuildError } from './Expr.js'

/**
 * The expression cannot be compiled: the root causes, each once.
 *
 * @since 0.1.0
 * @category errors
 */
export interface CompileError {
  readonly _tag: 'CompileError'
  readonly errors: ReadonlyArray<BuildError>
}

/**
 * The program met values that it has no answer for, such as an index out of range.
 *
 * @since 0.1.0
 * @category errors
 */
export interface RunError {
  readonly _tag: 'RunError'
  readonly operation: string
  readonly message: string
}

export const compileError = (errors: ReadonlyArray<BuildError>): CompileError => ({
  _tag: 'CompileError',
  errors
})

export const runError = (operation: string, message: string): RunError => ({
  _tag: 'RunError',
  operation,
  message
})

/**
 * An error as text: at most three lines for each root cause.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { evaluate, showError, take, tensor } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 *
 * const message = pipe(tensor([10, 20]), take(tensor([2], 'i32'), 0), evaluate, E.match(showError, () => 'no error'))
 * strictEqual(message, 'take: index 2 is out of range for axis 0 of [2]; valid are 0 to 1')
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
export const showError = (e: CompileError | RunError | TensorError): string => {
  switch (e._tag) {
    case 'CompileError':
      return e.errors.map(showBuildError).join('\n')
    case 'RunError':
      return `${e.operation}: ${e.message}`
    case 'TensorError':
      return e.message
  }
}
