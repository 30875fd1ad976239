import { compile, reference, toFlat, type Engine, type Tensor } from '../../src/index.js'
import { leavesOf } from '../../src/tensor/Tree.js'
import { unsafeRight } from './outcome.js'

/** All numbers of a tree of expressions without inputs, as an engine computes them. */
export const numbersOf = (tree: unknown, engine: Engine = reference): ReadonlyArray<number> => {
  const run = unsafeRight(compile(() => tree, engine)())
  return leavesOf(unsafeRight(run())).flatMap((t) => toFlat(t as Tensor).map(Number))
}
