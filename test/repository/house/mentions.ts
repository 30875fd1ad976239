/** Where else a name stands: files that mention the sibling and that the compiler did not name for the dummy. */
import ts from 'typescript'
import type { Dummy } from './dummy.js'
import { nodesOf, placeOf } from './project.js'
import { lacksCase, rowOf } from './slots.js'

/**
 * How a name is used: to make a node, to compare with that one name, in an array, as a row or case of what the dummy
 * cannot be (other unions have tags of the same name), or otherwise, which a reader should look at.
 */
export interface Mention {
  readonly place: string
  readonly use: 'makes' | 'compares' | 'lists' | 'of another union' | 'otherwise'
}

const isComparison = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) &&
  (node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    node.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken)

const isTag = (node: ts.Node): boolean =>
  (ts.isPropertyAssignment(node) || ts.isPropertySignature(node)) && node.name.getText() === '_tag'

const isElsewhere = (node: ts.Node, checker: ts.TypeChecker, dummy: Dummy): boolean =>
  ts.isCaseClause(node)
    ? !lacksCase(checker, node.parent.parent, dummy)
    : ts.isObjectLiteralExpression(node.parent) && rowOf(checker, node.parent, dummy) === undefined

const useOf = (node: ts.Node, checker: ts.TypeChecker, dummy: Dummy): Mention['use'] => {
  const parent = ts.isLiteralTypeNode(node.parent) ? node.parent.parent : node.parent
  if (isTag(parent)) return 'makes'
  if (isComparison(parent)) return 'compares'
  if (ts.isArrayLiteralExpression(parent)) return 'lists'
  return isElsewhere(parent, checker, dummy) ? 'of another union' : 'otherwise'
}

const isKey = (node: ts.Node): boolean =>
  ts.isIdentifier(node) && ts.isPropertyAssignment(node.parent) && node.parent.name === node

/** Mentions of the sibling, as a string or as a property's name. */
export const mentionsIn = (
  source: ts.SourceFile,
  checker: ts.TypeChecker,
  dummy: Dummy
): ReadonlyArray<Mention> =>
  nodesOf(source)
    .filter(
      (node) =>
        (ts.isStringLiteral(node) || isKey(node)) && node.getText().replaceAll("'", '') === dummy.sibling
    )
    .map((node) => ({ place: placeOf(node), use: useOf(node, checker, dummy) }))
