/** Planted causes. The line of each is the one with its mark, a comment with the name of the cause. */
import type * as E from 'fp-ts/lib/Either.js'
import type * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as A from '../../../src/index.js'
import { traceNaN, type Cause, type TraceOptions } from '../../../src/train/index.js'

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
    operation: 'div',
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
  }
]
