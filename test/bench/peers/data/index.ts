/** All workloads by their names. */
import { micro } from './micro.js'
import type { Data, Id } from './model.js'
import { training } from './training.js'

const makers: Readonly<Record<Id, () => Data>> = { ...training, ...micro }

export const titles: Readonly<Record<Id, string>> = {
  W1: 'MLP 4-8-8-3, batch 32',
  W2: 'MLP 784-128-10, batch 64',
  W3: 'MLP 784-1024-1024-10, batch 128',
  W4: 'LeNet 28x28, batch 32',
  W5: 'GPT, width 128, 4 layers, 64 tokens, batch 8',
  W6: 'GRU, hidden 128, 64 steps, batch 32',
  W7: 'GRU, hidden 64, value and gradient over 10,000 steps',
  'M1-512': 'matrix product 512',
  'M1-1024': 'matrix product 1024',
  M2: 'value and gradient of sum(tanh(x a + b) x), 1e6 numbers',
  M4g: 'value and gradient of Rosenbrock, 1000 numbers',
  M4h: 'Hessian-vector product of Rosenbrock, 1000 numbers',
  F1: 'forward pass of W2, batch 1'
}

export const isId = (name: string): name is Id => name in makers

export const ids: ReadonlyArray<Id> = Object.keys(makers).filter(isId)

export const make = (id: Id): Data => makers[id]()
