/** Laws as values. */
export type {
  Fault,
  Law,
  LawFailure,
  LawParameters,
  LawPass,
  LawSet,
  LawSource,
  Mismatch,
  Statement,
  Verdict
} from './model.js'
export { fail, firstFailure, inconclusive, pass, worst } from './verdict.js'
export { law } from './law.js'
export { showFailure } from './show.js'
export type { RegisterParameters, TestFunction, TestRunner } from './register.js'
export { checkAll, lawsOf, register } from './register.js'
export { showReport } from './report.js'
