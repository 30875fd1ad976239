/** The engine with other passes over its kernels. */
import type { Program } from '../../../laws/index.js'
import { canonical } from '../../../src/graph/merge.js'
import type { Engine } from '../../../src/index.js'
import { usual, type Passes } from '../../../src/wasm/compile/compile.js'
import { embedding } from '../../../src/wasm/compile/embed.js'
import { lower } from '../../../src/wasm/lower/lower.js'
import type { Lowered } from '../../../src/wasm/kernel/kernel.js'
import { engineWith } from '../../support/passes.js'

export type Fuse = (lowered: Lowered) => Lowered

/** Every group of operations a kernel of its own. */
export const apart: Fuse = (lowered) => lowered

export const engine = (fuse: Fuse, lowering: Passes['lower'] = lower): Engine =>
  engineWith({ fuse, lower: lowering })

export const loweredOf = ({ results }: Program): Lowered =>
  lower(canonical(results, 'erased'), embedding(usual))
