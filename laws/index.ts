/**
 * Laws as values, arbitraries that know tensors, and verification of gradients by differences.
 *
 * @since 0.1.0
 */
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
} from './Law.js'
export { checkAll, fail, inconclusive, law, lawsOf, pass, register, showFailure } from './Law.js'
export type { Culprit, Deviation } from './culprit.js'
export { reproduction } from './culprit.js'
export * as arbitrary from './arbitrary/index.js'
export type { Along, Estimates } from './ridders.js'
export { ridders } from './ridders.js'
export { linearLaws } from './linear.js'
export { primitiveLaws } from './primitive.js'
export { batchLaws } from './batch.js'
export { conventionLaws } from './convention.js'
export type { GradientSource } from './gradient.js'
export { gradientLaw } from './gradient.js'
export type { CustomSource } from './custom.js'
export { customLaws } from './custom.js'
