import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as make from '../../src/graph/make.js'
import { toDot } from '../../src/graph/dot.js'
import type { Custom, CustomRule, Value } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { merge } from '../../src/graph/merge.js'
import { print } from '../../src/graph/print.js'
import { full } from '../../src/graph/terms.js'
import { filled, own } from '../../src/tensor/Tensor.js'
import { expressions } from '../support/expressions.js'

const x = make.input('x', [4], 'f32')
const w = make.input('w', [4, 8], 'f32')
const product = make.contract({ batch: [[], []], contract: [[0], [0]] }, x, w)
const relu = make.binary('max', product, full(0, product))

const rule: CustomRule = {
  name: 'sumAndSelf',
  results: ([a]) =>
    a === undefined ? E.left('takes one operand') : E.right([{ shape: [], dtype: a.dtype }, a]),
  reference: (xs) => [filled([], 'f32', 0), ...xs],
  derivative: () => []
}

describe('print', () => {
  it('a layer', () => {
    expect(print(relu)).toMatchInlineSnapshot(`
      "(x: f32[4], w: f32[4, 8]) =>
        a: f32[8] = contract x w {contract: [0] x [0]}
        b: f32[8] = max a 0
        return b"
    `)
  })

  it('a tree of expressions, with its paths', () => {
    expect(print({ loss: make.reduce('sum', [0], relu), grads: { w, zero: full(0, x) } }))
      .toMatchInlineSnapshot(`
      "(x: f32[4], w: f32[4, 8]) =>
        a: f32[8] = contract x w {contract: [0] x [0]}
        b: f32[8] = max a 0
        c: f32[] = sum b {axes: [0]}
        return { loss = c, grads.w = w, grads.zero = 0: f32[4] }"
    `)
    expect(print([x, relu, filled([], 'i32', 3)])).toMatchInlineSnapshot(`
      "(x: f32[4], w: f32[4, 8]) =>
        a: f32[8] = contract x w {contract: [0] x [0]}
        b: f32[8] = max a 0
        return [x, b, 3: i32[]]"
    `)
  })

  it('equal parts once', () => {
    const twice = make.binary('mul', make.unary('exp', x), make.unary('exp', x))
    expect(print(twice)).toMatchInlineSnapshot(`
      "(x: f32[4]) =>
        a: f32[4] = exp x
        b: f32[4] = mul a a
        return b"
    `)
  })

  it('every attribute', () => {
    const i = make.input('i', [4], 'i32')
    const key = make.input('key', [2], 'u32')
    const both = make.custom(rule, [x])
    expect(
      print([
        make.iota(0, [4], 'f32'),
        make.argReduce('max', 1, w),
        make.concat(0, [x, x]),
        make.reduce('max', [0, 1], w),
        make.broadcast([2, 4], [1], x),
        make.reverse([0], x),
        make.permute([1, 0], w),
        make.slice([1], [4], [1], x),
        make.slice([0], [4], [2], x),
        make.pad([1], [0], [0], -0, x),
        make.pad([1], [0], [2], 0.1, x),
        make.contract({ batch: [[0], [0]], contract: [[], []] }, x, w),
        make.gather(0, 0, i, w),
        make.gather(1, 1, i, w),
        make.scatter(9, 0, 0, i, x),
        make.randomBits([3], key),
        make.reshape([2, 2], x),
        make.convert('f64', x),
        make.select(make.binary('gt', x, full(0, x)), x, full(-1, x)),
        make.project(0, both as Custom),
        make.project(1, both as Custom),
        make.reduce('sum', [0], full(1, x))
      ])
    ).toMatchInlineSnapshot(`
      "(w: f32[4, 8], x: f32[4], i: i32[4], key: u32[2]) =>
        a: f32[4] = iota {axis: 0}
        b: i32[4] = argmax w {axis: 1}
        c: f32[8] = concat x x {axis: 0}
        d: f32[] = max w {axes: [0, 1]}
        e: f32[2, 4] = broadcast x {axes: [1]}
        f: f32[4] = reverse x {axes: [0]}
        g: f32[8, 4] = permute w {permutation: [1, 0]}
        h: f32[3] = slice x {start: [1], limit: [4]}
        j: f32[2] = slice x {start: [0], limit: [4], stride: [2]}
        k: f32[5] = pad x {low: [1], high: [0], value: -0}
        l: f32[11] = pad x {low: [1], high: [0], interior: [2], value: 0.1}
        m: f32[4, 8] = contract x w {batch: [0] x [0], contract: [] x []}
        n: f32[4, 8] = gather w i {axis: 0}
        o: f32[4] = gather w i {axis: 1, batch: 1}
        p: f32[9] = scatter x i {axis: 0}
        q: u32[3, 2] = randomBits key {counters: [3]}
        r: f32[2, 2] = reshape x
        s: f64[4] = convert x
        t: bool[4] = gt x 0
        u: f32[4] = where t x -1
        v: (f32[], f32[4]) = sumAndSelf x
        y: f32[] = project v {index: 0}
        z: f32[4] = project v {index: 1}
        aa: f32[] = sum (1: f32[4]) {axes: [0]}
        return [a, b, c, d, e, f, g, h, j, k, l, m, n, o, p, q, r, s, u, y, z, aa]"
    `)
  })

  it('constants: scalars as literals, others by their first elements', () => {
    const literals = [0.1, -0, NaN, Infinity, 1e30].map((v) => make.binary('add', x, full(v, x)))
    const long = make.constant(
      own(
        [3, 4],
        'i32',
        Int32Array.from({ length: 12 }, (_, k) => k)
      )
    )
    const short = make.constant(own([2], 'bool', Uint8Array.of(1, 0)))
    const flag = make.binary('and', short, full(1, short))
    expect(print([...literals, long, short, flag])).toMatchInlineSnapshot(`
      "(x: f32[4]) =>
        a: f32[4] = add x 0.1
        b: f32[4] = add x -0
        c: f32[4] = add x NaN
        d: f32[4] = add x Infinity
        e: f32[4] = add x 1e+30
        f: i32[3, 4] = constant [0, 1, 2, 3, 4, 5, 6, 7, ...]
        g: bool[2] = constant [true, false]
        h: bool[2] = and g true
        return [a, b, c, d, e, f, g, h]"
    `)
  })

  it('parameters of one name are told apart, and lines do not take the name of an input', () => {
    const [p, q, a, nameless] = ['p', 'p', 'a', ''].map((name) => make.input(name, [], 'f32'))
    const sum = [p, q, a, nameless]
      .flatMap((n) => (n === undefined ? [] : [n]))
      .reduce<Value>(
        (n, m) => make.binary('add', n, make.unary('exp', m)),
        full(2, { shape: [], dtype: 'f32' })
      )
    expect(print(sum)).toMatchInlineSnapshot(`
      "(p: f32[], p_1: f32[], a: f32[], input: f32[]) =>
        b: f32[] = exp p
        c: f32[] = add 2 b
        d: f32[] = exp p_1
        e: f32[] = add c d
        f: f32[] = exp a
        g: f32[] = add e f
        h: f32[] = exp input
        i: f32[] = add g h
        return i"
    `)
  })

  it('what cannot be, with the reason', () => {
    const bad = make.binary('add', x, make.unary('exp', product))
    expect(print(make.unary('exp', bad))).toMatchInlineSnapshot(`
      "() =>
        a: f32[4] = invalid "shapes [4] and [8] differ"
        return a"
    `)
  })

  it('names run a .. z, aa .. zz, aaa', () => {
    const chain = Array.from({ length: 703 }).reduce<Value>(
      (n) => make.unary('sin', n),
      make.input('input', [4], 'f32')
    )
    const names = print(chain)
      .split('\n')
      .slice(1, -1)
      .map((line) => line.trim().split(':')[0])
    expect([names[0], names[25], names[26], names[51], names[52], names[701], names[702]]).toEqual([
      'a',
      'z',
      'aa',
      'az',
      'ba',
      'zz',
      'aaa'
    ])
    expect(new Set(names).size).toBe(703)
  })

  it('uses a name only after the line that gives it, for every graph', () => {
    fc.assert(
      fc.property(expressions(), ({ results }) => {
        const lines = print(results).split('\n')
        // Each function, those inside of nodes too, has names of its own: further inside, lines are further to the right.
        const scopes = new Map<number, Set<string | undefined>>()
        for (const line of lines) {
          const depth = line.search(/\S/)
          if (line.endsWith('=>'))
            scopes.set(depth + 2, new Set([...line.matchAll(/(\w+): /g)].map((m) => m[1])))
          if (line.endsWith('=>') || line.trim().startsWith('return')) continue
          const known = scopes.get(depth) ?? new Set()
          const [, name = '', right = ''] = /^ *(\w+): .*? = (.*)$/.exec(line) ?? []
          const words = right
            .replace(/\{.*\}|\[.*\]|\(.*?\)/g, '')
            .split(' ')
            .slice(1)
            .filter((word) => /^[a-z]/.test(word) && !['true', 'false'].includes(word))
          expect(words.filter((word) => !known.has(word))).toEqual([])
          expect(known.has(name)).toBe(false)
          known.add(name)
        }
        const listed = topological(merge(results, 'erased')).filter(
          (n) => n._tag !== 'Input' && n._tag !== 'Constant' && n._tag !== 'Broadcast'
        ).length
        expect(lines.length - 2).toBeGreaterThanOrEqual(listed)
      }),
      { numRuns: 300 }
    )
  })
})

describe('toDot', () => {
  it('a layer', () => {
    expect(toDot({ y: relu, one: full(1, x) })).toMatchInlineSnapshot(`
      "digraph {
        n0 [label="x: f32[4]", shape=ellipse, style=filled, fillcolor=lightblue]
        n1 [label="w: f32[4, 8]", shape=ellipse, style=filled, fillcolor=lightblue]
        n2 [label="a: f32[8]\\ncontract x w {contract: [0] x [0]}", shape=box]
        n3 [label="b: f32[8]\\nmax a 0", shape=box]
        n0 -> n2
        n1 -> n2
        n2 -> n3
        out0 [label="return y", shape=plaintext]
        n3 -> out0
        out1 [label="return one 1: f32[4]", shape=plaintext]
      }"
    `)
  })

  it('quotes what would end a label', () => {
    const odd = make.input('a"b\\N\nc', [2], 'f32')
    expect(toDot(make.binary('mul', odd, make.constant(own([2], 'f32', Float32Array.of(1, 2))))))
      .toMatchInlineSnapshot(`
      "digraph {
        n0 [label="a\\"b\\\\N\\nc: f32[2]", shape=ellipse, style=filled, fillcolor=lightblue]
        n1 [label="a: f32[2]\\nconstant [1, 2]", shape=note, style=filled, fillcolor=lightyellow]
        n2 [label="b: f32[2]\\nmul a\\"b\\\\N\\nc a", shape=box]
        n0 -> n2
        n1 -> n2
        out0 [label="return", shape=plaintext]
        n2 -> out0
      }"
    `)
  })

  it('draws invalid nodes', () => {
    expect(toDot(make.reshape([5], x))).toContain('octagon')
  })

  it('has balanced quotes and an edge for each operand that is drawn', () => {
    fc.assert(
      fc.property(expressions(), ({ results }) => {
        const lines = toDot(results).split('\n')
        const ids = new Set(lines.flatMap((line) => /^ {2}(\w+) \[label=/.exec(line)?.[1] ?? []))
        for (const line of lines) {
          expect((line.replace(/\\./g, '').match(/"/g) ?? []).length % 2).toBe(0)
          const [, from, to] = /^ {2}(\w+) -> (\w+)$/.exec(line) ?? []
          if (from !== undefined) expect([ids.has(from), ids.has(to ?? '')]).toEqual([true, true])
        }
      }),
      { numRuns: 200 }
    )
  })
})
