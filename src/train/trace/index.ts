/** The cause of the first NaN. */
export type { Cause, CauseStep, Observed } from './Cause.js'
export type { CauseKind } from './kinds.js'
export { showCause } from './showCause.js'
export { traceNaN, valueAndCause, type TraceNaN, type TraceOptions, type ValueAndCause } from './traceNaN.js'
