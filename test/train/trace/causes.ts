/** Planted causes. The line of each is the one with its mark, a comment with the name of the cause. */
import type * as E from 'fp-ts/lib/Either.js'
import * as Ei from 'fp-ts/lib/Either.js'
import type * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as A from '../../../src/index.js'
import * as nn from '../../../src/nn/index.js'
import * as optim from '../../../src/optim/index.js'
import { trainState, trainStep, traceNaN, type Cause, type TraceOptions } from '../../../src/train/index.js'
import { unsafeRight } from '../../support/outcome.js'

type N = A.Expr<[], 'f32'>
type V = A.Expr<[2], 'f32'>
type V64 = A.Expr<[2], 'f64'>
type M = A.Expr<[2, 2], 'f32'>

export interface Planted {
  readonly name: string
  readonly operation: string
  readonly trace: (o: TraceOptions) => E.Either<A.CompileError | A.RunError, O.Option<Cause>>
  readonly expected?: Partial<Pick<Cause, 'kind' | 'mode' | 'derivativeOf' | 'path' | 'inside' | 'index'>>
  readonly find?: TraceOptions['find']
}

const n = (x: number) => A.tensor(x)
const v = (a: number, b: number) => A.tensor([a, b])
const v64 = (a: number, b: number) => A.tensor([a, b], 'f64')

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
const params = nn.init(net)(A.key(1))
const huge = unsafeRight(
  A.evaluate(
    nn
      .init(net)(A.key(1))
      .map(({ w, b }) => ({ w: A.mul(1e25)(w), b }))
  )
)
const logNet = nn.sequential(nn.dense(2, 2), (x: V) => A.log(x) /* stage of a network */)

export const planted: ReadonlyArray<Planted> = [
  {
    name: 'logarithm of 0',
    operation: 'log',
    trace: (o) => traceNaN((x: V) => A.exp(A.log(x) /* logarithm of 0 */), o)(v(1, 0)),
    expected: { kind: 'infinity', mode: 'forward', index: [1], path: [], inside: [] }
  },
  {
    name: 'logarithm of a negative number',
    operation: 'log',
    trace: (o) => traceNaN((x: V) => A.sum()(A.log(x)) /* logarithm of a negative number */, o)(v(-1, 0)),
    expected: { kind: 'nan', index: [0] }
  },
  {
    name: 'root in f64',
    operation: 'sqrt',
    trace: (o) => traceNaN((x: V64) => pipe(x, A.sub(2), A.sqrt /* root in f64 */), o)(v64(2, 1)),
    expected: { kind: 'nan', index: [1] }
  },
  {
    name: 'zero by zero',
    operation: 'div',
    trace: (o) => traceNaN((x: V, y: V) => A.div(y)(x) /* zero by zero */, o)(v(1, 0), v(2, 0)),
    expected: { kind: 'nan', index: [1] }
  },
  {
    name: 'one by zero, hidden',
    operation: 'div',
    trace: (o) => traceNaN((x: V) => A.tanh(A.div(x)(1) /* one by zero, hidden */), o)(v(1, 0)),
    expected: { kind: 'infinity', index: [1] }
  },
  {
    name: 'exponential in f32',
    operation: 'exp',
    trace: (o) => traceNaN((x: V) => A.exp(x) /* exponential in f32 */, o)(v(1, 100)),
    expected: { kind: 'infinity' }
  },
  {
    name: 'exponential in f64',
    operation: 'exp',
    trace: (o) => traceNaN((x: V64) => A.exp(x) /* exponential in f64 */, o)(v64(100, 1000)),
    expected: { kind: 'infinity', index: [1] }
  },
  {
    name: 'sum that overflows',
    operation: 'sum',
    trace: (o) => traceNaN((x: V) => A.sum()(x) /* sum that overflows */, o)(v(3e38, 3e38)),
    expected: { kind: 'infinity', index: [] }
  },
  {
    name: 'product of matrices',
    operation: 'contract',
    trace: (o) =>
      traceNaN(
        (x: M) => pipe(x, A.matmul(x) /* product of matrices */, A.add(1)),
        o
      )(
        A.tensor([
          [1e30, 1],
          [1e30, 1]
        ])
      ),
    expected: { kind: 'infinity', index: [0, 0] }
  },
  {
    name: 'square that overflows',
    operation: 'square',
    trace: (o) => traceNaN((x: V) => A.square(x) /* square that overflows */, o)(v(1, 1e20)),
    expected: { kind: 'infinity' }
  },
  {
    name: 'power of a negative number',
    operation: 'pow',
    trace: (o) => traceNaN((x: V) => pipe(x, A.pow(0.3) /* power of a negative number */), o)(v(1, -2)),
    expected: { kind: 'nan' }
  },
  {
    name: 'gradient of a norm at 0',
    operation: 'div',
    trace: (o) =>
      traceNaN(
        A.grad((x: V): N => A.sqrt(A.sum()(A.square(x))) /* gradient of a norm at 0 */),
        o
      )(v(0, 0)),
    expected: { kind: 'infinity', mode: 'backward', derivativeOf: 'sqrt' }
  },
  {
    name: 'derivative of a power by its exponent',
    operation: 'log',
    trace: (o) =>
      traceNaN(
        A.grad((b: N): N => A.pow(b)(A.tensor(-2)) /* derivative of a power by its exponent */),
        o
      )(n(3)),
    expected: { kind: 'nan', mode: 'backward', derivativeOf: 'pow' }
  },
  {
    name: 'gradient of a logarithm that underflowed',
    operation: 'reciprocal',
    trace: (o) =>
      traceNaN(
        A.grad((x: V): N => A.sum()(A.log(A.softmax()(x))) /* gradient of a logarithm that underflowed */),
        o
      )(v(0, 200)),
    expected: { kind: 'infinity', mode: 'backward', derivativeOf: 'log', index: [0] }
  },
  {
    name: 'gradient of an arc sine',
    operation: 'rsqrt',
    trace: (o) =>
      traceNaN(
        A.grad((x: N): N => A.asin(x) /* gradient of an arc sine */),
        o
      )(n(1)),
    expected: { kind: 'infinity', mode: 'backward', derivativeOf: 'asin' }
  },
  {
    name: 'tangent of a root at 0',
    operation: 'div',
    trace: (o) =>
      traceNaN((x: V, t: V) => A.jvp((y: V) => A.sqrt(y) /* tangent of a root at 0 */)(x, t), o)(
        v(1, 0),
        v(1, 1)
      ),
    expected: { kind: 'infinity', mode: 'tangent', derivativeOf: 'sqrt', index: [1] }
  },
  {
    name: 'network that explodes in a scan',
    operation: 'exp',
    trace: (o) =>
      traceNaN(
        (x: N, xs: A.Expr<[4], 'f32'>) =>
          A.scan((c: N, s: N) => [A.exp(A.add(s)(c)) as N, c] as const /* network that explodes in a scan */)(
            x,
            xs
          ),
        o
      )(n(1), A.tensor([1, 2, 3, 4])),
    expected: { kind: 'infinity', inside: [{ _tag: 'Scan', step: 2, length: 4 }] }
  },
  {
    name: 'gradient in a scan',
    operation: 'div',
    trace: (o) =>
      traceNaN(
        A.grad((x: N): N => {
          const step = (c: N, s: N) => [pipe(c, A.mul(s), A.sqrt /* gradient in a scan */) as N, c] as const
          return A.scan(step)(x, A.tensor([1, 0, 1]))[0]
        }),
        o
      )(n(4)),
    expected: {
      kind: 'infinity',
      mode: 'backward',
      derivativeOf: 'sqrt',
      inside: [{ _tag: 'Scan', step: 2, length: 3 }]
    }
  },
  {
    name: 'body of a while loop',
    operation: 'square',
    trace: (o) =>
      traceNaN(
        A.whileLoop(
          (x: N) => A.lt(Infinity)(x),
          (x: N): N => A.square(x) /* body of a while loop */
        ),
        o
      )(n(10)),
    expected: { kind: 'infinity', inside: [{ _tag: 'While', step: 5, part: 'body' }] }
  },
  {
    name: 'condition of a while loop',
    operation: 'log',
    trace: (o) =>
      traceNaN(
        A.whileLoop(
          (x: N) => A.lt(10)(A.log(x)) /* condition of a while loop */,
          (x: N): N => A.sub(2)(x)
        ),
        o
      )(n(3)),
    expected: { kind: 'nan', inside: [{ _tag: 'While', step: 2, part: 'condition' }] }
  },
  {
    name: 'branch',
    operation: 'sqrt',
    trace: (o) =>
      traceNaN(
        (x: N) =>
          A.cond(
            A.gt(0)(x),
            (y: N): N => y,
            (y: N): N => A.sqrt(y) /* branch */
          )(x),
        o
      )(n(-3)),
    expected: { kind: 'nan', inside: [{ _tag: 'Branch', branch: 0, branches: 2 }] }
  },
  {
    name: 'gradient of a branch',
    operation: 'div',
    trace: (o) =>
      traceNaN(
        A.grad((x: N): N =>
          A.cond(
            A.gt(0)(x),
            (y: N): N => y,
            (y: N): N => A.sqrt(y) /* gradient of a branch */
          )(x)
        ),
        o
      )(n(0)),
    expected: { kind: 'infinity', mode: 'backward', inside: [{ _tag: 'Branch', branch: 0, branches: 2 }] }
  },
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
      traceNaN((p: typeof params, x: V) => nn.apply(net)(p)(x) /* layer of a network */, o)(
        huge as unknown as A.Values<typeof params>,
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
        (x, t: V) => [A.div(x)(t) as V /* rule of one's own */] as const
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
