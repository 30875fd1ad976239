/** Planted causes. The line of each is the one with its mark, a comment with the name of the cause. */
import * as Ei from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as A from '../../../src/index.js'
import * as nn from '../../../src/nn/index.js'
import * as optim from '../../../src/optim/index.js'
import { trainState, trainStep, traceNaN } from '../../../src/train/index.js'
import { unsafeRight } from '../../support/outcome.js'
import type { Planted } from './causes.js'

type N = A.Expr<[], 'f32'>
type V = A.Expr<[2], 'f32'>

const n = (x: number) => A.tensor(x)
const v = (a: number, b: number) => A.tensor([a, b])

/** A logarithm of a user's own. */
const ownLog: A.CustomRule = {
  name: 'ownLog',
  results: ([x]) => (x === undefined ? Ei.left('takes one operand') : Ei.right([x])),
  reference: ([x]) =>
    x === undefined
      ? []
      : [
          pipe(
            A.toFlat(x).map(Number),
            (l) => l.map(Math.log),
            A.fromFlat(x.shape, x.dtype),
            Ei.getOrElse(() => x)
          )
        ],
  derivative: ([x]) => [x === undefined ? [] : [A.scaling(A.reciprocal(x) /* primitive, backward */)]]
}
const own = (x: V): V => A.primitive(ownLog)(x)[0] as V /* primitive */
const ownAt = (x: V): V => A.primitive(ownLog)(x)[0] as V

const adamless = (g: V, m: V): V => pipe(m, A.div(A.sqrt(A.square(g)))) /* optimizer of one's own */

const net = nn.sequential(nn.dense(2, 2), nn.relu, nn.dense(2, 2))
const large = ({ w, b }: nn.Dense<2, 2>): nn.Dense<2, 2> => ({ w: A.mul(1e25)(w), b })
const [one, two] = nn.init(net)(A.key(1))
const huge = unsafeRight(A.evaluate([large(one), large(two)] as const))
const logNet = nn.sequential(nn.dense(2, 2), (x: V) => A.log(x) /* stage of a network */)

/** Causes in what users write around operations: optimizers, primitives, networks, losses, batches, rules, scopes. */
export const around: ReadonlyArray<Planted> = [
  {
    name: "optimizer of one's own",
    operation: 'div',
    trace: (o) => traceNaN(adamless, o)(v(1, 0), v(0, 0)),
    expected: { kind: 'nan', index: [1] }
  },
  {
    name: 'second moment of an optimizer',
    operation: 'square',
    trace: (o) => {
      const optimizer = optim.adam({ learningRate: 0.1 })
      const step = trainStep(optimizer)((w: V): N => A.sum()(A.mul(1e30)(w)))
      const state = unsafeRight(A.evaluate(trainState(optimizer)<V>(v(1, 2))))
      return traceNaN(step, o)(state) /* second moment of an optimizer */
    },
    expected: { kind: 'infinity', mode: 'forward' }
  },
  {
    name: 'primitive',
    operation: 'ownLog',
    trace: (o) => traceNaN(own, o)(v(1, -1)),
    expected: { kind: 'nan', index: [1] }
  },
  {
    name: 'primitive, backward',
    operation: 'reciprocal',
    trace: (o) =>
      traceNaN(
        A.grad((x: V): N => A.sum()(A.mul(2)(ownAt(x)))),
        { ...o, find: ['infinity'] }
      )(v(1, 0)),
    expected: { kind: 'infinity', mode: 'backward', derivativeOf: 'ownLog' }
  },
  {
    name: 'layer of a network',
    operation: 'contract',
    trace: (o) =>
      traceNaN((p: nn.Params<typeof net>, x: V) => nn.apply(net)(p)(x) /* layer of a network */, o)(
        huge,
        v(1, -1)
      ),
    expected: { kind: 'infinity', path: ['layer 2 dense'] }
  },
  {
    name: 'stage of a network',
    operation: 'log',
    trace: (o) =>
      traceNaN((x: V) => A.named('model')(nn.apply(logNet)(nn.init(logNet)(A.key(1))))(x), o)(v(0, 0)),
    expected: { kind: 'infinity', path: ['model', 'layer 1'] }
  },
  {
    name: 'loss',
    operation: 'log',
    trace: (o) =>
      traceNaN(
        A.valueAndGrad((p: V): N => pipe(p, A.log /* loss */, A.mul(v(0, -1)), A.sum())),
        o
      )(v(0, 0.5)),
    expected: { kind: 'infinity', mode: 'forward', index: [0] }
  },
  {
    name: 'batch',
    operation: 'sqrt',
    trace: (o) => traceNaN((x: V) => A.vmap((y: N): N => A.sqrt(y) /* batch */)(x), o)(v(1, -2)),
    expected: { kind: 'nan', index: [1] }
  },
  {
    name: 'gradient of a batch',
    operation: 'div',
    trace: (o) =>
      traceNaN((x: V) => A.vmap(A.grad((y: N): N => A.sqrt(y) /* gradient of a batch */))(x), o)(v(1, 0)),
    expected: { kind: 'infinity', mode: 'backward', index: [1] }
  },
  {
    name: 'checkpoint',
    operation: 'log',
    trace: (o) =>
      traceNaN(
        A.checkpoint((x: V): V => A.log(x) /* checkpoint */),
        o
      )(v(1, -2)),
    expected: { kind: 'nan', inside: [{ _tag: 'Call' }] }
  },
  {
    name: "rule of one's own",
    operation: 'div',
    trace: (o) => {
      const f = A.customVjp(
        (x: V) => A.square(x),
        (x) => [A.square(x), x] as const,
        (x, t: V): readonly [V] => [A.div(x)(t) /* rule of one's own */]
      )
      return traceNaN(
        A.grad((x: V): N => A.sum()(f(x))),
        o
      )(v(1, 0))
    },
    expected: { kind: 'infinity', mode: 'backward', index: [1] }
  },
  {
    name: 'scope, backward',
    operation: 'div',
    trace: (o) =>
      traceNaN(
        A.grad((x: V): N =>
          A.named('outer')((y: V): N =>
            A.sum()(A.named('inner')((z: V) => A.sqrt(z) /* scope, backward */)(y))
          )(x)
        ),
        o
      )(v(1, 0)),
    expected: { mode: 'backward', path: ['outer', 'inner'] }
  },
  {
    name: 'infinity that is meant',
    operation: 'sub',
    trace: (o) =>
      traceNaN((x: V) => {
        const masked: V = A.add(A.tensor([-Infinity, -Infinity]))(x)
        return A.sub(A.max()(masked))(masked) /* infinity that is meant */
      }, o)(v(1, 2)),
    expected: { kind: 'nan' }
  },
  {
    name: 'constants only',
    operation: 'log',
    trace: (o) => traceNaN((x: N) => A.mul(A.log(A.tensor(0)))(x) /* constants only */, o)(n(2)),
    expected: { kind: 'infinity' }
  },
  {
    name: 'argument',
    operation: 'input x0',
    trace: (o) => traceNaN((x: N) => A.add(1)(x), o)(n(NaN)) /* argument */,
    expected: { kind: 'nan' }
  },
  {
    name: 'subnormal number',
    operation: 'mul',
    trace: (o) =>
      traceNaN((x: N) => A.mul(1e-30)(x) /* subnormal number */, { ...o, find: ['subnormal'] })(n(1e-10)),
    expected: { kind: 'subnormal' }
  },
  {
    name: 'cancellation',
    operation: 'sub',
    trace: (o) =>
      traceNaN((x: V, y: V) => A.sub(y)(x) /* cancellation */, { ...o, find: ['digits'] })(v(1, 2), v(3, 2)),
    expected: { kind: 'digits', index: [1] }
  },
  {
    name: 'absorption',
    operation: 'add',
    trace: (o) => traceNaN((x: N) => A.add(1e8)(x) /* absorption */, { ...o, find: ['digits'] })(n(1)),
    expected: { kind: 'digits' }
  }
]
