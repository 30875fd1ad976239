/**
 * Non-exhaustive enumerations: lists of names of which the compiler does not know that they should be complete. A
 * new name passes them unnoticed. They are looked for in the program that has the dummy in its union, whose types
 * tell which lists could meet it:
 *
 * - an array literal, also that of a `Set`, with two or more of the names; not if its type admits only names other
 *   than the dummy;
 * - two or more `x === name` joined by `||`, or `x !== name` by `&&`, with one `x` that may be the dummy;
 * - a `switch` that may meet the dummy and has a `default` instead of its case; lint finds those that have neither.
 *
 * A comparison with one name, as rewrite rules have it, is none, and neither is code that makes a particular node.
 * Tables with optional rows are found too, and listed apart: what they leave out may be meant.
 */
import ts from 'typescript'
import type { Dummy } from './dummy.js'
import { nodesOf, placeOf } from './project.js'
import { lacksCase, literalsOf, rowOf, valuesOf } from './slots.js'

export interface Silent {
  readonly kind: 'array' | 'chain' | 'switch' | 'partial table'
  readonly place: string
  readonly names: ReadonlyArray<string>
}

/** One line: where, what, and the names. */
export const shownSilent = ({ kind, place, names }: Silent): string => `${place} (${kind}) ${names.join(' ')}`

type Find = (node: ts.Node, checker: ts.TypeChecker, dummy: Dummy, names: ReadonlySet<string>) => Names

type Names = ReadonlyArray<string>

const isSpreadArray = (
  e: ts.Node
): e is ts.SpreadElement & { readonly expression: ts.ArrayLiteralExpression } =>
  ts.isSpreadElement(e) && ts.isArrayLiteralExpression(e.expression)

/** With those of arrays that are spread in it. */
const elementsOf = (a: ts.ArrayLiteralExpression): ReadonlyArray<ts.Expression> =>
  a.elements.flatMap((e) => (isSpreadArray(e) ? elementsOf(e.expression) : [e]))

const admits = (checker: ts.TypeChecker, e: ts.Expression, { name }: Dummy): boolean => {
  const type = checker.getContextualType(e)
  const values = type === undefined ? [] : literalsOf(type)
  return values.length === 0 || values.includes(name)
}

const inArray: Find = (node, checker, dummy, names) =>
  ts.isArrayLiteralExpression(node) && !isSpreadArray(node.parent)
    ? elementsOf(node)
        .filter(ts.isStringLiteral)
        .filter((e) => names.has(e.text) && admits(checker, e, dummy))
        .map((e) => e.text)
    : []

type Joint = ts.SyntaxKind.BarBarToken | ts.SyntaxKind.AmpersandAmpersandToken

const comparisonFor: Readonly<Record<Joint, ts.SyntaxKind>> = {
  [ts.SyntaxKind.BarBarToken]: ts.SyntaxKind.EqualsEqualsEqualsToken,
  [ts.SyntaxKind.AmpersandAmpersandToken]: ts.SyntaxKind.ExclamationEqualsEqualsToken
}

const jointOf = (e: ts.Node): Joint | undefined =>
  !ts.isBinaryExpression(e)
    ? undefined
    : e.operatorToken.kind === ts.SyntaxKind.BarBarToken ||
        e.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
      ? e.operatorToken.kind
      : undefined

const bare = (e: ts.Expression): ts.Expression => (ts.isParenthesizedExpression(e) ? bare(e.expression) : e)

/** What is joined by the same operator, however it is grouped. */
const joined = (e: ts.Expression, joint: Joint): ReadonlyArray<ts.Expression> => {
  const inner = bare(e)
  return ts.isBinaryExpression(inner) && inner.operatorToken.kind === joint
    ? [...joined(inner.left, joint), ...joined(inner.right, joint)]
    : [inner]
}

interface Comparison {
  readonly subject: ts.Expression
  readonly name: string
}

const comparison = (e: ts.Expression, kind: ts.SyntaxKind): ReadonlyArray<Comparison> =>
  ts.isBinaryExpression(e) && e.operatorToken.kind === kind && ts.isStringLiteral(e.right)
    ? [{ subject: e.left, name: e.right.text }]
    : []

/** The parent of an expression, parentheses aside. */
const around = (e: ts.Node): ts.Node => (ts.isParenthesizedExpression(e.parent) ? around(e.parent) : e.parent)

const inChain: Find = (node, checker, dummy) => {
  const joint = jointOf(node)
  if (joint === undefined || !ts.isBinaryExpression(node) || jointOf(around(node)) === joint) return []
  const all = joined(node, joint).flatMap((e) => comparison(e, comparisonFor[joint]))
  const first = all.find(({ subject }) => valuesOf(checker, subject).includes(dummy.name))
  const same = all.filter(({ subject }) => subject.getText() === first?.subject.getText())
  return same.map(({ name }) => name)
}

const hasDefault = (s: ts.SwitchStatement): boolean => s.caseBlock.clauses.some(ts.isDefaultClause)

const inSwitch: Find = (node, checker, dummy) =>
  ts.isSwitchStatement(node) && hasDefault(node) && lacksCase(checker, node, dummy)
    ? ['default', dummy.sibling]
    : []

const inPartial: Find = (node, checker, dummy) =>
  ts.isObjectLiteralExpression(node) && rowOf(checker, node, dummy) === 'optional'
    ? node.properties.flatMap((p) => (p.name === undefined ? [] : [p.name.getText()]))
    : []

const finders: ReadonlyArray<readonly [Silent['kind'], Find]> = [
  ['array', inArray],
  ['chain', inChain],
  ['switch', inSwitch],
  ['partial table', inPartial]
]

/** The lists in a file that the dummy would pass unnoticed. */
export const silentIn = (
  source: ts.SourceFile,
  checker: ts.TypeChecker,
  dummy: Dummy,
  names: ReadonlySet<string>
): ReadonlyArray<Silent> =>
  nodesOf(source).flatMap((node) =>
    finders.flatMap(([kind, find]) => {
      const found = find(node, checker, dummy, names)
      return found.length < 2 ? [] : [{ kind, place: placeOf(node), names: found }]
    })
  )
