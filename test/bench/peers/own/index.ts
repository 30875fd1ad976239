/** The package through its public functions, as a user would write each workload. */
import type { Engine } from 'adjoint'
import type { Data } from '../data/model.js'
import type { Peer, Running } from '../peer.js'
import { gpt } from './gpt.js'
import { gru, unrolled } from './gru.js'
import { long } from './long.js'
import { lenet } from './lenet.js'
import { curvature, forward, gradient, product, tanhSum } from './micro.js'
import { mlp } from './mlp.js'

const opened = (engine: Engine | undefined, data: Data, read?: typeof unrolled): Running => {
  switch (data.kind) {
    case 'mlp':
      return mlp(engine, data)
    case 'lenet':
      return lenet(engine, data)
    case 'gpt':
      return gpt(engine, data)
    case 'gru':
      return gru(engine, data, read)
    case 'product':
      return product(engine, data)
    case 'tanh':
      return tanhSum(engine, data)
    case 'gradient':
      return gradient(engine, data)
    case 'curvature':
      return curvature(engine, data)
    case 'forward':
      return forward(engine, data)
    case 'long':
      return long(engine, data)
  }
}

/** On the engine that `compile` takes by itself, or another one. */
export const own = (engine?: Engine): Peer => ({
  start: () => Promise.resolve(),
  open: (data) => opened(engine, data)
})

/** The same with the loop of W6 written out step by step. */
export const writtenOut: Peer = {
  start: () => Promise.resolve(),
  open: (data) => (data.kind === 'gru' ? opened(undefined, data, unrolled) : undefined)
}
