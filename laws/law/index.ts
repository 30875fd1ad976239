/** Laws as values. */
export type {
  Fault,
  Kink,
  Law,
  LawFailure,
  LawParameters,
  LawPass,
  LawSet,
  LawSource,
  Mismatch,
  Power,
  Reason,
  Statement,
  Verdict
} from './model.js'
export { atKink, fail, firstFailure, inconclusive, pass, showKink, worst } from './verdict.js'
export { law } from './law.js'
export { showFailure } from './show.js'
export type { RegisterParameters, TestFunction, TestRunner } from './register.js'
export { checkAll, lawsOf, register } from './register.js'
export { showReport } from './report.js'
