/**
 * Laws as values, arbitraries that know tensors, and verification of gradients by differences.
 *
 * @since 0.1.0
 */
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
  RegisterParameters,
  Statement,
  TestFunction,
  TestRunner,
  Verdict
} from './law/index.js'
export {
  checkAll,
  fail,
  inconclusive,
  law,
  lawsOf,
  pass,
  register,
  showFailure,
  showReport
} from './law/index.js'
export type { Culprit, Deviation } from './law/culprit.js'
export { reproduction } from './law/culprit.js'
export * as arbitrary from './arbitrary/index.js'
export type { Along, Estimates } from './oracle/ridders.js'
export { ridders } from './oracle/again.js'
export { algebraLaws } from './own/algebra.js'
export { linearLaws } from './own/linear.js'
export { primitiveLaws } from './own/primitive.js'
export { batchLaws } from './own/batch.js'
export { conventionLaws } from './own/convention.js'
export type { RegionSource } from './own/region.js'
export { regionLaws } from './own/region.js'
export type { GradientSource } from './gradient/gradient.js'
export { gradientLaw } from './gradient/gradient.js'
export type { CustomSource } from './packs/custom.js'
export { customLaws } from './packs/custom.js'
export type { Agreement, Program } from './packs/outcome.js'
export type { EngineOptions } from './packs/engine.js'
export { engineLaws } from './packs/engine.js'
export type { SimplifySource } from './packs/simplify.js'
export { simplifyLaws } from './packs/simplify.js'
export type { InnerProductSpace, VectorSpace } from './packs/vectorSpace.js'
export { innerProductLaws, vectorSpaceLaws } from './packs/vectorSpace.js'
export type { TreeSpaceSource } from './packs/treeSpace.js'
export { treeSpace } from './packs/treeSpace.js'
export type { LayerSource } from './packs/layer.js'
export { layerLaws } from './packs/layer.js'
export type { Claim } from './packs/descent.js'
export type { OptimizerSource, Steps } from './packs/optimizer.js'
export { optimizerLaws } from './packs/optimizer.js'
export type { CodecSource } from './packs/codec.js'
export { codecLaws, eqBytes } from './packs/codec.js'
