import { describe, expect, it } from 'vitest'
import { simplifyLaws, type SimplifySource } from '../../laws/index.js'
import * as make from '../../src/graph/make.js'
import { node, type Value } from '../../src/graph/Expr.js'
import { reuse, reusing, rewrite } from '../../src/graph/fold.js'
import { full } from '../../src/graph/terms.js'
import { broken, firstFailure } from './broken.js'

/** A pass that replaces some nodes. */
const replacing = (f: (n: Value) => Value): SimplifySource => ({
  name: 'planted',
  pass: (roots) => rewrite(roots.map(node), { ...reusing, value: (n, xs) => f(reuse(n, xs)) })
})

const unary = (op: string, f: (x: Value) => Value): SimplifySource =>
  replacing((n) => (n._tag === 'Unary' && n.op === op ? f(n.x) : n))

describe('planted faults', () => {
  it.each<readonly [string, SimplifySource, ReadonlyArray<string>]>([
    ['abs x = x', unary('abs', (x) => x), ['meaning']],
    [
      'a - b = a + (-b), which is longer',
      replacing((n) =>
        n._tag === 'Binary' && n.op === 'sub' ? make.binary('add', n.a, make.unary('neg', n.b)) : n
      ),
      ['size']
    ],
    ['1 / x = div(1, x)', unary('reciprocal', (x) => make.binary('div', full(1, x), x)), ['size']],
    [
      'a + b = b + a, again and again',
      replacing((n) => (n._tag === 'Binary' && n.op === 'add' ? make.binary('add', n.b, n.a) : n)),
      ['idempotence']
    ],
    [
      'or of booleans = their maximum, which no constructor makes',
      replacing((n) => (n._tag === 'Reduce' && n.op === 'or' ? { ...n, op: 'max' } : n)),
      ['form']
    ],
    ['no results', { name: 'planted', pass: (roots) => roots.slice(1) }, ['meaning', 'idempotence', 'form']]
  ])('%s', (_, source, expected) => {
    expect(broken(simplifyLaws({ ...source, numRuns: 1500 }))).toEqual(expected)
  })

  it('are reported with what went wrong', () => {
    expect(firstFailure(simplifyLaws({ ...unary('abs', (x) => x), numRuns: 1500 }))).toMatch(
      /^Simplify planted: meaning: run\(pass\(g\)\) = run\(g\) fails: result 0 at \[.*\]: -.*, expected/
    )
  })

  it('closeness may be claimed in place of equality', () => {
    const coarse = unary('expm1', (x) => make.binary('sub', make.unary('exp', x), full(1, x)))
    expect(broken(simplifyLaws({ ...coarse, numRuns: 1500 }))).toEqual(['meaning', 'size'])
    expect(broken(simplifyLaws({ ...coarse, numRuns: 1500, ulps: Infinity }))).toEqual(['size'])
  })
})
