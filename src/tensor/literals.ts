/**
 * Records that the library itself makes, written as literals: hosts make those many times faster than records whose keys they learn at run time,
 * and a training hands out several dozen at every step.
 */
import type { Part } from './lazy.js'

/** From the makers of the members, in the order of the keys. */
type Literal = (...members: ReadonlyArray<Part>) => Part

const literals: ReadonlyArray<readonly [keys: ReadonlyArray<string>, Literal]> = [
  [[], () => () => ({})],
  // The parameters of a layer.
  [['w', 'b'], (w, b) => (x) => ({ w: w(x), b: b(x) })],
  [['slope'], (slope) => (x) => ({ slope: slope(x) })],
  // What training carries, and a slot of an optimizer in it.
  [['params', 'optimizer'], (params, optimizer) => (x) => ({ params: params(x), optimizer: optimizer(x) })],
  [['numbers', 'trees'], (numbers, trees) => (x) => ({ numbers: numbers(x), trees: trees(x) })],
  [['learningRate'], (rate) => (x) => ({ learningRate: rate(x) })],
  [['momentum'], (momentum) => (x) => ({ momentum: momentum(x) })],
  [['velocity'], (velocity) => (x) => ({ velocity: velocity(x) })],
  [['decay', 'epsilon'], (decay, epsilon) => (x) => ({ decay: decay(x), epsilon: epsilon(x) })],
  [['meanSquare'], (meanSquare) => (x) => ({ meanSquare: meanSquare(x) })],
  [['first', 'second'], (first, second) => (x) => ({ first: first(x), second: second(x) })],
  [
    ['beta1', 'beta2', 'epsilon', 'step', 'correction1', 'correction2'],
    (beta1, beta2, epsilon, step, correction1, correction2) => (x) => ({
      beta1: beta1(x),
      beta2: beta2(x),
      epsilon: epsilon(x),
      step: step(x),
      correction1: correction1(x),
      correction2: correction2(x)
    })
  ]
]

/** The literal with these keys in this order, if there is one. */
export const literalWith = (keys: ReadonlyArray<string>): Literal | undefined =>
  literals.find(([own]) => own.length === keys.length && own.every((k, i) => k === keys[i]))?.[1]
