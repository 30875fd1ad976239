/**
 * Exhaustiveness, as the compiler sees it: where a type demands a row or a case for a name, and what would fill the
 * place.
 */
import ts from 'typescript'
import { resolved } from '../../docs/exports.js'
import type { Dummy, Edit } from './dummy.js'
import { nodesOf } from './project.js'

/** The string literals among the values of a type. */
export const literalsOf = (type: ts.Type): ReadonlyArray<string> =>
  (type.isUnion() ? type.types : [type]).flatMap((t) => (t.isStringLiteral() ? [t.value] : []))

/** The string literals that an expression may be. */
export const valuesOf = (checker: ts.TypeChecker, e: ts.Expression): ReadonlyArray<string> => {
  const type = checker.getTypeAtLocation(e)
  return literalsOf(checker.getBaseConstraintOfType(type) ?? type)
}

const labels = (s: ts.SwitchStatement): ReadonlyArray<string> =>
  s.caseBlock.clauses.flatMap((clause) =>
    ts.isCaseClause(clause) && ts.isStringLiteral(clause.expression) ? [clause.expression.text] : []
  )

/** Whether a `switch` can meet the dummy and has no case for it. */
export const lacksCase = (checker: ts.TypeChecker, s: ts.SwitchStatement, { name }: Dummy): boolean =>
  valuesOf(checker, s.expression).includes(name) && !labels(s).includes(name)

/** What an object literal's type says about a property of the dummy's name, where the literal has none. */
export const rowOf = (
  checker: ts.TypeChecker,
  o: ts.ObjectLiteralExpression,
  { name }: Dummy
): 'demanded' | 'optional' | undefined => {
  const row = checker.getContextualType(o)?.getProperty(name)
  if (row === undefined || checker.getTypeAtLocation(o).getProperty(name) !== undefined) return undefined
  return row.flags & ts.SymbolFlags.Optional ? 'optional' : 'demanded'
}

const isNamed = (p: ts.ObjectLiteralElementLike, name: string): boolean =>
  p.name !== undefined && (ts.isIdentifier(p.name) || ts.isStringLiteral(p.name)) && p.name.text === name

const insertion = (node: ts.Node, text: string, dummy: Dummy): Edit => {
  const source = node.getSourceFile()
  return { file: source.fileName, at: node.getStart(source), text, dummy }
}

/** The sibling's case answers for the dummy too. */
const caseEdits = (s: ts.SwitchStatement, dummy: Dummy): ReadonlyArray<Edit> =>
  s.caseBlock.clauses
    .filter((clause) => ts.isCaseClause(clause) && clause.expression.getText() === `'${dummy.sibling}'`)
    .map((clause) => insertion(clause, `case '${dummy.name}': `, dummy))

const copied = (row: ts.ObjectLiteralElementLike): string =>
  ts.isPropertyAssignment(row)
    ? `: ${row.initializer.getText()}`
    : ts.isShorthandPropertyAssignment(row)
      ? `: ${row.name.text}`
      : row.getText().slice(row.name?.getText().length)

/** A table whose type lists its rows by name has one more in that list. */
const listEdits = (o: ts.ObjectLiteralExpression, dummy: Dummy): ReadonlyArray<Edit> =>
  ts.isVariableDeclaration(o.parent) && o.parent.type !== undefined
    ? nodesOf(o.parent.type)
        .filter((node) => ts.isLiteralTypeNode(node) && node.getText() === `'${dummy.sibling}'`)
        .map((node) => insertion(node, `'${dummy.name}' | `, dummy))
    : []

const tableBehind = (
  checker: ts.TypeChecker,
  e: ts.Expression
): ReadonlyArray<ts.ObjectLiteralExpression> => {
  const symbol = checker.getSymbolAtLocation(e)
  const made = symbol === undefined ? undefined : resolved(checker, symbol).valueDeclaration
  return made !== undefined && ts.isVariableDeclaration(made) && made.initializer !== undefined
    ? [made.initializer].filter(ts.isObjectLiteralExpression)
    : []
}

/** A copy of the sibling's row, beside it: in the literal itself, or in the tables that it is put together from. */
const rowEdits = (
  checker: ts.TypeChecker,
  o: ts.ObjectLiteralExpression,
  dummy: Dummy
): ReadonlyArray<Edit> => {
  const row = o.properties.find((p) => isNamed(p, dummy.sibling))
  if (row !== undefined)
    return [insertion(row, `${dummy.name}${copied(row)}, `, dummy), ...listEdits(o, dummy)]
  return o.properties
    .filter(ts.isSpreadAssignment)
    .flatMap((p) => tableBehind(checker, p.expression))
    .flatMap((table) => rowEdits(checker, table, dummy))
}

/** What would fill the places in a file that demand the dummy. */
export const fillings = (checker: ts.TypeChecker, source: ts.SourceFile, dummy: Dummy): ReadonlyArray<Edit> =>
  nodesOf(source).flatMap((node) => {
    if (ts.isSwitchStatement(node) && lacksCase(checker, node, dummy)) return caseEdits(node, dummy)
    return ts.isObjectLiteralExpression(node) && rowOf(checker, node, dummy) === 'demanded'
      ? rowEdits(checker, node, dummy)
      : []
  })
