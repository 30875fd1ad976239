/** The peers by name; each is loaded only by the process that measures it. */
import type { Peer } from '../peer.js'

const loaders = {
  adjoint: async () => (await import('../own/index.js')).own(),
  unrolled: async () => (await import('../own/index.js')).writtenOut,
  'jax-js': async () => (await import('../jax.js')).jax,
  'tfjs-wasm': async () => (await import('../tfjs.js')).tfjs('wasm'),
  'tfjs-cpu': async () => (await import('../tfjs.js')).tfjs('cpu'),
  plain: async () => (await import('../plain.js')).plain
} satisfies Readonly<Record<string, () => Promise<Peer>>>

export type Name = keyof typeof loaders

export const isName = (name: string): name is Name => name in loaders

/** Those that this package is compared with. */
export const others: ReadonlyArray<Name> = Object.keys(loaders)
  .filter(isName)
  .filter((name) => name !== 'adjoint')

/**
 * Those that are measured unless told: TensorFlow.js in JavaScript takes up to thirty times its WebAssembly's time, and a loop written out tells of
 * this package alone.
 */
export const usual: ReadonlyArray<Name> = others.filter((name) => name !== 'tfjs-cpu' && name !== 'unrolled')

export const load = (name: Name): Promise<Peer> => loaders[name]()
