import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { crossingsOf, cyclesOf } from './cycles.js'
import { family, namesOf, scalar, type Dummy } from './dummy.js'
import { experiment, type Followed } from './follow.js'
import { functionsOf, quantile, type Measured } from './lengths.js'
import { mentionsIn } from './mentions.js'
import { planted, root, shown, sourceOf, sources } from './project.js'
import { shownSilent, silentIn } from './silent.js'

/** A library in small: two unions, one of them in groups, and each form of a place that has to know their members. */
const small: Readonly<Record<string, string>> = {
  'src/graph/op.ts': `export type UnaryOp = 'neg' | 'exp' | 'log'\n`,
  'src/graph/Expr.ts': `import type { UnaryOp } from './op.js'
export interface Unary { readonly _tag: 'Unary'; readonly op: UnaryOp }
export interface Slice { readonly _tag: 'Slice' }
export interface Reverse { readonly _tag: 'Reverse' }
export type Move = Slice | Reverse
export type Node = Unary | Move
export type Cases<R, K extends Node['_tag'] = Node['_tag']> = {
  readonly [T in K]: (n: Extract<Node, { readonly _tag: T }>) => R
}
`,
  'src/rules/table.ts': `import type { UnaryOp } from '../graph/op.js'
export const slope: Readonly<Record<UnaryOp, number>> = { neg: -1, exp: 1, log: 2 }
export const some: Readonly<Partial<Record<UnaryOp, number>>> = { neg: -1, exp: 1 }
`,
  'src/rules/fold.ts': `import type { Node } from '../graph/Expr.js'
export const size = (n: Node): number => {
  switch (n._tag) {
    case 'Unary':
      return 1
    case 'Slice':
      return 2
    case 'Reverse':
      return 3
  }
}
`,
  'src/rules/group/moves.ts': `import type { Cases } from '../../graph/Expr.js'
export const moves: Cases<number, 'Slice' | 'Reverse'> = { Slice: () => 1, Reverse: () => 2 }
`,
  'src/rules/cases.ts': `import type { Cases } from '../graph/Expr.js'
import { moves } from './group/moves.js'
export const cases: Cases<number> = { Unary: () => 0, ...moves }
`,
  'src/rules/silent.ts': `import type { Node } from '../graph/Expr.js'
import type { UnaryOp } from '../graph/op.js'
const typed: ReadonlyArray<UnaryOp> = ['neg', 'exp']
const inSet: ReadonlySet<string> = new Set([...['neg', 'exp'], ...['log']])
const closed: ReadonlyArray<'neg' | 'log'> = ['neg', 'log']
const isMove = (n: Node): boolean => n._tag === 'Slice' || n._tag === 'Reverse'
const isOther = (n: Node): boolean => n._tag !== 'Slice' && (n._tag !== 'Reverse' && n._tag !== 'Unary')
const isPart = (n: Node): boolean => n._tag === 'Unary' && (n.op === 'neg' || n.op === 'log')
const isOne = (n: Node, m: Node): boolean => n._tag === 'Slice' || m._tag === 'Reverse'
const isOfTwo = (n: 'neg' | 'log' | 'x'): boolean => n === 'neg' || n === 'log'
const falls = (n: Node): number => {
  switch (n._tag) {
    case 'Reverse':
      return 1
    default:
      return 2
  }
}
export const all = [typed, inSet, closed, isMove, isOther, isPart, isOne, isOfTwo, falls]
`
}

const touchedBy = ({ edits }: Followed, dummy: Dummy): ReadonlyArray<string> => [
  ...new Set(edits.filter((e) => e.dummy === dummy).map((e) => shown(e.file)))
]

describe('the experiment', async () => {
  const project = planted(small)
  const followed = await experiment(project)
  const checker = followed.begun.program.getTypeChecker()
  const silent = (dummy: Dummy) =>
    sources(followed.begun, ['src'])
      .flatMap((source) => silentIn(source, checker, dummy, namesOf(followed.begun, dummy)))
      .map(shownSilent)

  it('follows the compiler until it is content', () => {
    expect(followed.left).toEqual([])
    expect(touchedBy(followed, scalar)).toEqual(['src/graph/op.ts', 'src/rules/table.ts'])
    expect(touchedBy(followed, family)).toEqual([
      'src/graph/Expr.ts',
      'src/rules/fold.ts',
      'src/rules/group/moves.ts'
    ])
  })

  it('reports what it has no answer to', async () => {
    const file = 'src/rules/only.ts'
    const code = `import type { Node } from '../graph/Expr.js'
type Other = Exclude<Node['_tag'], 'Unary' | 'Slice' | 'Reverse'>
export const none = (other: Other): never => other
`
    expect((await experiment(planted({ ...small, [file]: code }))).left).toEqual([
      expect.stringMatching(/^src\/rules\/only\.ts:3: .*DummyFamily/)
    ])
  })

  it('finds lists of scalar functions', () => {
    expect(silent(scalar)).toEqual([
      'src/rules/table.ts:3 (partial table) neg exp',
      'src/rules/silent.ts:3 (array) neg exp',
      'src/rules/silent.ts:4 (array) neg exp log',
      'src/rules/silent.ts:8 (chain) neg log'
    ])
  })

  it('finds lists of families', () => {
    expect(silent(family)).toEqual([
      'src/rules/silent.ts:6 (chain) Slice Reverse',
      'src/rules/silent.ts:7 (chain) Slice Reverse Unary',
      'src/rules/silent.ts:12 (switch) default Reverse'
    ])
  })

  it('tells how a name is used', () => {
    const uses = sourceOf(followed.begun, join(root, 'src/rules/fold.ts'))
      .flatMap((source) => mentionsIn(source, checker, family))
      .map(({ place, use }) => `${place} ${use}`)
    expect(uses).toEqual(['src/rules/fold.ts:8 otherwise'])
  })
})

describe('lengths', () => {
  const code = `
export const curried = (a: number) => (b: number) =>
  [a, b].map((x) => {
    return x
  })
export function declared(): number {
  const inner = (): number => 1
  return inner()
}
export class Box {
  constructor(readonly value: number) {}
  get twice(): number {
    return 2 * this.value
  }
}
export const rows = { first: () => 1, second() { return 2 } }
export const fold = (k: 'a' | 'b') => {
  const one = 1
  switch (k) {
    case 'a':
    case 'b':
      return one
  }
}
export const loose = (k: 'a' | 'b'): number => {
  if (k === 'a') return 1
  switch (k) {
    case 'b':
      return 2
  }
}
`
  const file = 'src/lengths.ts'
  const found: ReadonlyArray<Measured> = sources(planted({ [file]: code }), ['src']).flatMap(functionsOf)

  it('counts each named function once', () => {
    expect(found.map(({ name, lines }) => [name, lines])).toEqual([
      ['curried', 4],
      ['declared', 4],
      ['inner', 1],
      ['constructor', 1],
      ['twice', 3],
      ['first', 1],
      ['second', 1],
      ['fold', 8],
      ['loose', 7]
    ])
  })

  it('knows a table strictly', () => {
    expect(found.filter(({ isTable }) => isTable).map(({ name }) => name)).toEqual(['fold'])
  })

  it('takes quantiles', () => {
    expect([0.5, 0.9, 1].map((share) => quantile(share, found))).toEqual([3, 8, 8])
  })
})

describe('cycles', () => {
  const text = (from: string): string => `export * from '${from}'\n`
  const cycles = (texts: Readonly<Record<string, string>>) =>
    cyclesOf(sources(planted(texts), ['src']).flatMap(crossingsOf)).map(({ folders }) => folders)

  it('are found by way of other folders and of types', () => {
    const one = text('../b/inner/one.js')
    const two = text('../two.js')
    const three = `export type A = import('../a/one.js').A\n`
    const own = text('./three.js')
    expect(
      cycles({
        'src/a/one.ts': one,
        'src/b/inner/one.ts': two,
        'src/b/two.ts': `${three}${own}`,
        'src/b/three.ts': '',
        'src/index.ts': text('./a/one.js')
      })
    ).toEqual([['a', 'b', 'b/inner']])
  })

  it('are not seen where there are none', () => {
    expect(cycles({ 'src/a/one.ts': text('../b/one.js'), 'src/b/one.ts': text('./two.js') })).toEqual([])
  })
})
