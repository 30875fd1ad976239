/** Laws of loops and branches: the same as what they stand for, written out, in value and in derivatives of every kind. */
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { between } from '../../laws/arbitrary/number.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import type { Input, Region, Value } from '../../src/graph/Expr.js'
import { showError } from '../../src/graph/failure.js'
import * as make from '../../src/graph/make.js'
import { close, inline } from '../../src/graph/Region.js'
import { add, full, mul, sliceAt } from '../../src/graph/terms.js'
import { program } from '../../src/reference/evaluate.js'
import { simplify } from '../../src/rules/simplify.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import { jvp, vjp } from '../../src/transform/differentiate.js'
import { vectorize } from '../../src/transform/vectorize.js'

type Values = ReadonlyArray<Value>

const tanh = (x: Value): Value => make.unary('tanh', x)
const sin = (x: Value): Value => make.unary('sin', x)
const input = (name: string, shape: ReadonlyArray<number>): Input => make.input(name, shape, 'f64')

/** How a step does what has an inside: by a node, or written out. */
interface Ways {
  readonly loop: (step: Step, reverse: boolean, xs: Values) => Values
  readonly branch: (index: Value, branches: ReadonlyArray<(x: Value) => Value>, x: Value) => Value
  readonly call: (f: (a: Value, b: Value) => Value, a: Value, b: Value) => Value
}

/** `(w, h, x) -> [h', y]`, a step with what it captures. */
type Step = (w: Value, h: Value, x: Value, ways: Ways) => readonly [Value, Value]

const size = 2
const length = 3

const scanned = (step: Step, reverse: boolean, [w, h, xs]: Values): Values => {
  const [c, x] = [input('carry', [size]), input('slice', [size])]
  const { region, captured } = close([c, x], step(w!, c, x, insides))
  const count = xs!.shape[0] ?? 0
  const options = { captured: captured.length, carries: 1, length: count, reverse }
  const made = make.scan(options, region, [...captured, h!, xs!])
  return made._tag === 'Invalid' ? [made] : make.resultsOf(made, made.results).slice(0, 2)
}

const written = (step: Step, reverse: boolean, [w, h, xs]: Values): Values => {
  const count = xs!.shape[0] ?? 0
  const outputs = new Array<Value>(count)
  let carry = h!
  for (let k = 0; k < count; k++) {
    const t = reverse ? count - 1 - k : k
    const [next, y] = step(w!, carry, sliceAt(xs!, t), plain)
    carry = next
    outputs[t] = make.reshape([1, size], y)
  }
  return [carry, count === 0 ? make.reshape([0, size], xs!) : make.concat(0, outputs)]
}

const steps: Readonly<Record<string, Step>> = {
  'a recurrent cell': (w, h, x) => [tanh(add(x, mul(w, h))), mul(sin(x), h)],
  'a product': (w, h, x) => [mul(x, h), add(w, h)],
  'a carry without inputs': (w, h, x) => [sin(add(w, h)), mul(h, x)],
  'a carry handed on': (_, h, x) => [h, sin(x)],
  'an input handed on': (w, _, x) => [x, mul(w, x)],
  'a carry that nothing is done with': (w, h, x) => [add(h, full(1, h)), mul(w, sin(x))],
  'a loop inside': (w, h, x, ways) => {
    const rows = make.concat(
      0,
      [h, x].map((y) => make.reshape([1, size], y))
    )
    const inner: Step = (v, c, y) => [tanh(add(y, mul(v, c))), mul(c, y)]
    const [last = h, ys = rows] = ways.loop(inner, true, [w, x, rows])
    return [last, make.reduce('sum', [0], ys)]
  },
  'a branch inside': (w, h, x, ways) => {
    const positive = make.binary('gt', make.reduce('sum', [0], h), full(0, { shape: [], dtype: 'f64' }))
    const branches = [sin, (y: Value) => mul(y, tanh(mul(w, y)))]
    return [ways.branch(make.convert('i32', positive), branches, mul(w, h)), add(h, x)]
  },
  'a call inside': (w, h, x, ways) => {
    const y = ways.call((a, b) => tanh(mul(a, add(b, w))), h, x)
    return [y, mul(y, x)]
  }
}

const insides: Ways = {
  loop: (step, reverse, xs) => scanned(step, reverse, xs),
  branch: (index, ways, x) => {
    const closed = ways.map((f) => {
      const a = input('argument', x.shape)
      return close([a], [f(a)])
    })
    const captured = closed.flatMap((c) => c.captured)
    const regions = closed.map(({ region }, k): Region => {
      const groups = closed.map((c, i) =>
        i === k ? region.parameters.slice(0, c.captured.length) : make.inputsLike('captured', c.captured)
      )
      return { parameters: [...groups.flat(), ...region.parameters.slice(-1)], results: region.results }
    })
    const made = make.choose(regions, index, [...captured, x])
    return made._tag === 'Invalid' ? made : (make.resultsOf(made, made.results)[0] ?? x)
  },
  call: (f, x, y) => {
    const [a, b] = [input('argument', x.shape), input('argument', y.shape)]
    const { region, captured } = close([a, b], [f(a, b)])
    const made = make.call(region, [...captured, x, y])
    return made._tag === 'Invalid' ? made : (make.resultsOf(made, made.results)[0] ?? x)
  }
}

const plain: Ways = {
  loop: (step, reverse, xs) => written(step, reverse, xs),
  branch: (index, [first = sin, second = sin], x) => {
    const isSecond = make.binary('gt', index, full(0, index))
    return make.select(make.broadcast(x.shape, [], isSecond), second(x), first(x))
  },
  call: (f, x, y) => f(x, y)
}

/** The same for every way of running it: values by name, from values of the parameters. */
type Mode = (f: (xs: Values) => Values, xs: Values, more: Values) => Values

const likes = [[size], [size], [length, size]] as const

/** `more` holds further parameters: a direction for each input, a cotangent for each result, a second direction. */
const modes: Readonly<Record<string, Mode>> = {
  value: (f, xs) => f(xs),
  jvp: (f, xs, more) => jvp()(f(xs), xs, more.slice(0, 3)),
  vjp: (f, xs, more) => vjp()(f(xs), xs, more.slice(3, 5)),
  'jvp of vjp': (f, xs, more) => jvp()(vjp()(f(xs), xs, more.slice(3, 5)), xs, more.slice(0, 3)),
  'vjp of vjp': (f, xs, more) => vjp()(vjp()(f(xs), xs, more.slice(3, 5)), xs, more.slice(0, 3)),
  'vjp of jvp': (f, xs, more) => vjp()(jvp()(f(xs), xs, more.slice(0, 3)), xs, more.slice(3, 5)),
  'jvp of jvp': (f, xs, more) => jvp()(jvp()(f(xs), xs, more.slice(0, 3)), xs, more.slice(0, 3)),
  'one input only': (f, xs, more) => vjp()(f(xs), xs.slice(0, 1), more.slice(3, 5)),
  'one result only': (f, xs, more) => vjp()(f(xs).slice(1), xs, more.slice(4, 5)),
  simplified: (f, xs, more) => simplify(vjp()(f(xs), xs, more.slice(3, 5)))
}

const shapes = [...likes, ...likes, [size], [length, size]]

/** Numbers of ordinary size: most doubles are so small that every smooth function of them is linear. */
const ordinary = between(-1.5, 1.5)

const points: fc.Arbitrary<ReadonlyArray<Tensor>> = fc.tuple(
  ...shapes.map((shape) => {
    const count = shape.reduce((n, d) => n * d, 1)
    return fc
      .array(ordinary, { minLength: count, maxLength: count })
      .map((values) => fromValues(shape, 'f64', values))
  })
)

const run = (region: Region, point: ReadonlyArray<Tensor>): ReadonlyArray<number> =>
  pipe(
    program(region),
    E.chainW((made) => made(point)),
    E.match(
      (e): ReadonlyArray<number> => expect.fail(showError(e)),
      (values) => values.flatMap((t) => Array.from(elements(t), Number))
    )
  )

/** Sums are added in another order. */
const agree = (xs: ReadonlyArray<number>, ys: ReadonlyArray<number>): void => {
  expect(xs).toHaveLength(ys.length)
  xs.forEach((x, i) => {
    expect(Math.abs(x - ys[i]!)).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(x)))
  })
}

const regionOf = (make: (xs: Values, more: Values) => Values): Region => {
  const parameters = shapes.map((shape, i) => input(`x${String(i)}`, shape))
  return { parameters, results: make(parameters.slice(0, 3), parameters.slice(3)) }
}

describe.each(Object.entries(steps))('a scan of %s is that written out', (_, step) => {
  it.each(Object.entries(modes))('%s', (__, mode) => {
    fc.assert(
      fc.property(points, fc.boolean(), (point, reverse) => {
        const [loop, plain] = [scanned, written].map((f) =>
          regionOf((xs, more) => mode((ys) => f(step, reverse, ys), xs, more))
        )
        agree(run(loop!, point), run(plain!, point))
      }),
      { numRuns: 12 }
    )
  })

  it.each([
    [true, false, true],
    [false, false, true],
    [true, true, false],
    [false, true, false]
  ])('batched: the captured value %s, the first carry %s, inputs %s', (...flags) => {
    const count = 2
    fc.assert(
      fc.property(points, points, (p, q) => {
        const wide = likes.map((shape, i) =>
          input(`b${String(i)}`, flags[i] === true ? [count, ...shape] : shape)
        )
        const one = likes.map((shape, i) => input(`x${String(i)}`, shape))
        const batched = <A>(xs: ReadonlyArray<A>): ReadonlyArray<A> =>
          xs.filter((___, i) => flags[i] === true)
        const parameters = one.map((x, i) => (flags[i] === true ? x : wide[i]!))
        const results = vectorize(
          count,
          { parameters: batched(parameters), results: scanned(step, false, parameters) },
          batched(wide)
        )
        const joined = likes.map((shape, i) =>
          flags[i] === true
            ? fromValues(
                [count, ...shape],
                'f64',
                [p, q].flatMap((t) => Array.from(elements(t[i]!), Number))
              )
            : p[i]!
        )
        const found = run({ parameters: wide, results }, joined)
        const single: Region = { parameters: one, results: scanned(step, false, one) }
        const each = [p, q].map((t) =>
          run(
            single,
            likes.map((___, i) => (flags[i] === true ? t[i]! : p[i]!))
          )
        )
        const parts = results.map((y) => y.shape.reduce((n, d) => n * d, 1) / count)
        let at = 0
        const expected = parts.flatMap((n) => {
          const rows = each.flatMap((values) => values.slice(at, at + n))
          at += n
          return rows
        })
        agree(found, expected)
      }),
      { numRuns: 6 }
    )
  })
})

describe('a scan of no steps', () => {
  it('hands its first carry on, and cotangents back to it', () => {
    const [w, h, xs] = [input('w', [size]), input('h', [size]), input('xs', [0, size])]
    const step = steps['a recurrent cell']!
    const [last = h] = scanned(step, false, [w, h, xs])
    const [dw = w, dh = h] = vjp()([last], [w, h], [h])
    const point = [[1, 2], [3, 4], []].map((v, i) => fromValues(i === 2 ? [0, size] : [size], 'f64', v))
    expect(run({ parameters: [w, h, xs], results: [last, dw, dh] }, point)).toEqual([3, 4, 0, 0, 3, 4])
  })
})

describe('regions', () => {
  it('closed and written out again are the same', () => {
    const [w, h, x] = [input('w', [size]), input('h', [size]), input('x', [size])]
    const results = steps['a recurrent cell']!(w, h, x, plain)
    const { region, captured } = close([h, x], results)
    expect(captured).toEqual([w])
    const again = inline(region, [...captured, h, x])
    expect(again).toEqual(results)
  })

  it('compute what does not depend on their parameters outside', () => {
    const [w, h] = [input('w', [size]), input('h', [size])]
    const costly = tanh(sin(w))
    const { captured, region } = close([h], [mul(costly, h)])
    expect(captured).toEqual([costly])
    expect(region.parameters).toHaveLength(2)
  })

  it('are equal when they do the same to the same', () => {
    const [w, h, xs] = [input('w', [size]), input('h', [size]), input('xs', [length, size])]
    const step = steps['a loop inside']!
    const [a = h, b = h] = [0, 1].map(() => scanned(step, false, [w, h, xs])[0])
    const [other = h] = scanned(steps['a recurrent cell']!, false, [w, h, xs])
    const [p, q, r] = simplify([a, b, other])
    expect(p).toBe(q)
    expect(p).not.toBe(r)
  })
})
