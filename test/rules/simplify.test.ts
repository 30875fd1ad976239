import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { register, simplifyLaws } from '../../laws/index.js'
import * as A from '../../src/index.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { valuesBelow } from '../../src/graph/fold.js'
import { merge } from '../../src/graph/merge.js'
import { print } from '../../src/graph/print.js'
import { full } from '../../src/graph/terms.js'
import { rewrites } from '../../src/rules/rewrites.js'
import { simplify } from '../../src/rules/simplify.js'
import type { DType } from '../../src/tensor/DType.js'
import { own, type Tensor } from '../../src/tensor/Tensor.js'
import { vjp } from '../../src/transform/differentiate.js'
import { run, sameOutcome } from '../support/evaluate.js'
import { randomPrograms } from '../support/expressions.js'

const x = make.input('x', [2, 3], 'f32')
const v = make.input('v', [10], 'f64')
const i = make.input('i', [4], 'i32')
const w = make.input('w', [10], 'f64')
const j = make.input('j', [4], 'i32')
const k = make.input('k', [3], 'u32')
const b = make.input('b', [2, 3], 'bool')
const scalar = make.input('s', [], 'f32')
const parameters = [x, v, w, i, j, k, b, scalar]
const values: ReadonlyArray<Tensor> = [
  own([2, 3], 'f32', Float32Array.of(0, -0, 1, NaN, -Infinity, 1e-45)),
  own([10], 'f64', Float64Array.of(0, -0, NaN, Infinity, -Infinity, 5e-324, -5e-324, 1, -2, 1e300)),
  own([10], 'f64', Float64Array.of(-0, -0, 1, 0, -Infinity, 0.5, 0, 3, -2, 1e300)),
  own([4], 'i32', Int32Array.of(0, -1, 2147483647, -2147483648)),
  own([4], 'i32', Int32Array.of(5, -2147483648, 2, -2147483648)),
  own([3], 'u32', Uint32Array.of(0, 1, 4294967295)),
  own([2, 3], 'bool', Uint8Array.of(0, 1, 1, 0, 1, 0)),
  own([], 'f32', Float32Array.of(-0))
]

const c = (value: number, like: Value): Value => full(value, like)
const u = make.unary
const bin = make.binary
const exp = u('exp', v)
const flip = make.permute([1, 0], x)

/** For each law its left side and what must come out of it. */
const uses: Readonly<Record<string, ReadonlyArray<readonly [Value, Value]>>> = {
  'x * 1 = x': [
    [bin('mul', v, c(1, v)), v],
    [bin('mul', c(1, i), i), i]
  ],
  'x * -1 = -x': [
    [bin('mul', v, c(-1, v)), u('neg', v)],
    [bin('mul', c(-1, i), i), u('neg', i)]
  ],
  'x / 1 = x': [
    [bin('div', v, c(1, v)), v],
    [bin('div', i, c(1, i)), i]
  ],
  'x / -1 = -x': [
    [bin('div', v, c(-1, v)), u('neg', v)],
    [bin('div', i, c(-1, i)), u('neg', i)]
  ],
  'x + -0 = x': [[bin('add', v, c(-0, v)), v]],
  'x + 0 = x, unless x is -0': [
    [bin('add', c(0, v), exp), exp],
    [bin('add', i, c(0, i)), i]
  ],
  'x - 0 = x': [
    [bin('sub', v, c(0, v)), v],
    [bin('sub', i, c(0, i)), i]
  ],
  'mulNoNan(x, 1) = x': [[bin('mulNoNan', c(1, v), v), v]],
  'mulNoNan(x, -1) = -x': [[bin('mulNoNan', v, c(-1, v)), u('neg', v)]],
  'mulNoNan(x, c) = x * c for a finite c that is not 0': [
    [bin('mulNoNan', v, c(0.5, v)), bin('mul', v, c(0.5, v))],
    [bin('mulNoNan', c(-3, v), v), bin('mul', c(-3, v), v)]
  ],
  '-(-x) = x': [
    [u('neg', u('neg', v)), v],
    [u('neg', u('neg', i)), i]
  ],
  'x + -y = x - y and x - -y = x + y': [
    [bin('add', v, u('neg', w)), bin('sub', v, w)],
    [bin('add', u('neg', v), w), bin('sub', w, v)],
    [bin('sub', v, u('neg', w)), bin('add', v, w)],
    [bin('add', i, u('neg', j)), bin('sub', i, j)],
    [bin('sub', i, u('neg', j)), bin('add', i, j)],
    [bin('sub', k, u('neg', k)), bin('add', k, k)]
  ],
  '-x * -y = x * y': [
    [bin('mul', u('neg', v), u('neg', w)), bin('mul', v, w)],
    [bin('mulNoNan', u('neg', v), u('neg', w)), bin('mulNoNan', v, w)],
    [bin('div', u('neg', v), u('neg', w)), bin('div', v, w)],
    [bin('mul', u('neg', i), u('neg', j)), bin('mul', i, j)],
    [bin('mul', u('neg', k), u('neg', k)), bin('mul', k, k)]
  ],
  '-(-x * y) = x * y': [
    [u('neg', bin('mul', u('neg', v), w)), bin('mul', v, w)],
    [u('neg', bin('mul', v, u('neg', w))), bin('mul', v, w)],
    [u('neg', bin('div', u('neg', v), w)), bin('div', v, w)],
    [u('neg', bin('div', v, u('neg', w))), bin('div', v, w)],
    [u('neg', bin('mul', i, u('neg', j))), bin('mul', i, j)]
  ],
  '(-x)^2 = x^2 and |-x| = |x|': [
    [u('square', u('neg', v)), u('square', v)],
    [u('square', u('neg', k)), u('square', k)],
    [u('abs', u('neg', v)), u('abs', v)],
    [u('abs', u('neg', i)), u('abs', i)]
  ],
  'not(not x) = x': [
    [u('not', u('not', b)), b],
    [u('not', u('not', i)), i]
  ],
  'max(x, x) = min(x, x) = x and x = x or x = x': [
    [bin('max', v, v), v],
    [bin('min', v, v), v],
    [bin('and', b, b), b],
    [bin('or', i, i), i]
  ],
  'x and true = x': [[bin('and', c(1, b), b), b]],
  'x or false = x': [[bin('or', b, c(0, b)), b]],
  'convert to the same dtype = x': [[make.convert('f32', x), x]],
  'convert there and back = x, where nothing is lost there': [
    [make.convert('f32', make.convert('f64', x)), x],
    [make.convert('i32', make.convert('u32', i)), i],
    [make.convert('bool', make.convert('f32', b)), b]
  ],
  'where(c, x, x) = x': [[make.select(b, x, make.reshape([2, 3], x)), x]],
  'where(true, x, y) = x': [[make.select(c(1, b), x, u('exp', x)), x]],
  'where(false, x, y) = y': [[make.select(c(0, b), u('exp', x), x), x]],
  'where(not c, x, y) = where(c, y, x)': [
    [make.select(u('not', b), x, u('exp', x)), make.select(b, u('exp', x), x)]
  ],
  'reshape to the same shape = x': [[make.reshape([2, 3], x), x]],
  'reshape s (reshape t x) = reshape s x': [
    [make.reshape([1, 6], make.reshape([3, 2], x)), make.reshape([1, 6], x)]
  ],
  'permute in order = x': [[make.permute([0, 1], x), x]],
  'permute p (permute q x) = permute (q . p) x': [
    [make.permute([1, 0], flip), x],
    [
      make.permute([1, 2, 0], make.permute([2, 0, 1], make.reshape([2, 3, 1], x))),
      make.reshape([2, 3, 1], x)
    ],
    [
      make.permute([0, 2, 1], make.permute([1, 0, 2], make.reshape([2, 3, 1], x))),
      make.permute([1, 2, 0], make.reshape([2, 3, 1], x))
    ],
    [
      make.permute([1, 2, 0], make.permute([1, 2, 0], make.reshape([2, 3, 1], x))),
      make.permute([2, 0, 1], make.reshape([2, 3, 1], x))
    ]
  ],
  'broadcast to the same shape = x': [[make.broadcast([2, 3], [0, 1], x), x]],
  'broadcast a (broadcast b x) = broadcast (a . b) x': [
    [
      make.broadcast([5, 2, 4, 3], [1, 2, 3], make.broadcast([2, 4, 3], [0, 2], x)),
      make.broadcast([5, 2, 4, 3], [1, 3], x)
    ]
  ],
  'reshape, permute, slice and reverse of a spread scalar spread it': [
    [make.reshape([6], c(-0, x)), c(-0, make.reshape([6], x))],
    [
      make.slice([0, 1], [2, 3], [1, 1], make.broadcast([2, 3], [], scalar)),
      make.broadcast([2, 2], [], scalar)
    ],
    [make.reverse([0], make.broadcast([2, 3], [], scalar)), make.broadcast([2, 3], [], scalar)]
  ],
  'reverse no axes = x': [[make.reverse([], x), x]],
  'reverse a (reverse b x) = reverse (a xor b) x': [
    [make.reverse([1], make.reverse([1], x)), x],
    [make.reverse([1], make.reverse([1, 0], x)), make.reverse([0], x)]
  ],
  'slice of everything = x': [[make.slice([0, 0], [2, 3], [1, 1], x), x]],
  'pad with nothing = x': [[make.pad([0, 0], [0, 0], [0, 0], 7, x), x]],
  'concat of one = x': [[make.concat(1, [x]), x]],
  'a reduction over no axes = x, unless it adds 0 to x': [
    [make.reduce('max', [], x), x],
    [make.reduce('prod', [], v), v],
    [make.reduce('and', [], b), b]
  ]
}

describe('each rewrite', () => {
  it('has a use here', () => {
    expect(rewrites.map((r) => r.law).sort()).toEqual(Object.keys(uses).sort())
  })

  it.each(Object.entries(uses).flatMap(([law, cases]) => cases.map((one, k) => [law, k, ...one] as const)))(
    '%s (%i)',
    (_, _k, left, right) => {
      const [simple = left] = simplify([left])
      expect(print(simple)).toBe(print(right))
      expect(sameOutcome(run([simple], parameters, values), run([left], parameters, values))).toBe(true)
    }
  )
})

describe('what is left alone', () => {
  const g = make.gather(0, 0, make.constant(own([4], 'i32', Int32Array.of(0, 1, 2, 99))), v)
  const wide = (d: DType): Value => make.convert(d, i)
  const untouched: Readonly<Record<string, Value>> = {
    'x + 0, which turns -0 into 0': bin('add', v, c(0, v)),
    'x - -0': bin('sub', v, c(-0, v)),
    '-(x - y), whose 0 is not that of y - x': u('neg', bin('sub', v, w)),
    '-mulNoNan(-x, y), whose 0 has no sign': u('neg', bin('mulNoNan', u('neg', v), w)),
    'the magnitude of a negated unsigned integer': u('abs', u('neg', k)),
    'a quotient of negated integers': bin('div', u('neg', i), u('neg', j)),
    'mulNoNan(0, x), which keeps signs': bin('mulNoNan', c(0, v), v),
    'a product that could underflow to -0': bin('add', bin('mul', v, exp), c(0, v)),
    'x * 0, which keeps NaN and signs': bin('mul', v, c(0, v)),
    'a sum over no axes': make.reduce('sum', [], x),
    'a lookup that may fail': bin('mulNoNan', g, c(0, g)),
    'an integer division that may fail': make.select(c(1, i), i, bin('div', i, i)),
    'a condition that may fail': make.select(bin('eq', bin('rem', i, i), i), i, i),
    'a difference that may be -0 - 0': bin('add', bin('sub', v, u('abs', v)), c(0, v)),
    'a product of two that could underflow': bin('add', bin('mul', exp, bin('sub', exp, c(1, v))), c(0, v)),
    'what is padded with -0': bin(
      'add',
      make.pad([1], [0], [0], -0, exp),
      c(0, make.pad([1], [0], [0], -0, exp))
    ),
    'f32 to i32 and back': make.convert('f32', make.convert('i32', x)),
    'f64 to f32 and back': make.convert('f64', make.convert('f32', v)),
    'i32 to f32 and back': make.convert('i32', wide('f32')),
    'and with 1, of integers': bin('and', i, c(1, i)),
    'stopGradient, which matters to derivatives': u('stopGradient', x)
  }

  it.each(Object.entries(untouched))('%s', (_, n) => {
    expect(simplify([n])[0]).toBe(merge([n])[0])
  })

  it('a failing operand that is not needed still fails', () => {
    const dropped = make.select(c(1, i), i, bin('div', i, bin('sub', i, i)))
    expect(E.isLeft(run([dropped], parameters, values))).toBe(true)
    expect(E.isLeft(run(simplify([dropped]), parameters, values))).toBe(true)
  })
})

describe('the pass', () => {
  const passes = { name: 'simplify', pass: A.simplify }
  register(simplifyLaws(passes))({ describe, test: it })
  register(
    simplifyLaws({ ...passes, name: 'simplify random graphs', arbitrary: randomPrograms(), numRuns: 1000 })
  )({ describe, test: it })

  // Adding 0 to any part of a graph is only dropped where no -0 can be.
  const plusZero = randomPrograms({ dtypes: ['f32', 'f64', 'bool'] }).map((program) => ({
    ...program,
    results: valuesBelow(program.results)
      .filter((n) => n.dtype !== 'bool')
      .map((n) => bin('add', n, c(0, n)))
  }))
  register(simplifyLaws({ ...passes, name: 'simplify x + 0', arbitrary: plusZero, numRuns: 300 }))({
    describe,
    test: it
  })

  it('finds what merging makes equal', () => {
    const left = make.reshape([3, 2], make.reshape([6], x))
    expect(simplify([make.select(make.reshape([3, 2], b), left, make.reshape([3, 2], x))])[0]?._tag).toBe(
      'Reshape'
    )
  })

  it('goes through chains of 200,000 nodes', () => {
    const chain = Array.from({ length: 200_000 }).reduce<Value>(
      (n, _, k) => (k % 2 === 0 ? u('neg', n) : bin('mul', n, c(1, n))),
      x
    )
    expect(simplify([chain])[0]).toBe(x)
  })

  it('makes the gradient of a neuron readable', () => {
    const w: Input = make.input('w', [4], 'f32')
    const input: Input = make.input('input', [4], 'f32')
    const y: Input = make.input('y', [], 'f32')
    const out = u('logistic', make.contract({ batch: [[], []], contract: [[0], [0]] }, w, input))
    const loss = u('square', bin('sub', out, y))
    const [dw = w] = simplify(vjp()([loss], [w], [c(1, loss)]))
    expect(print(dw)).toMatchInlineSnapshot(`
      "(w: f32[4], input: f32[4], y: f32[]) =>
        a: f32[] = contract w input {contract: [0] x [0]}
        b: f32[] = logistic a
        c: f32[] = sub b y
        d: f32[] = mul 2 c
        e: f32[] = logisticSlope a
        f: f32[] = mul d e
        g: f32[4] = contract f input {contract: [] x []}
        return g"
    `)
  })
})
