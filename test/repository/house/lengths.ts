/** How long functions are, in lines from the first to the last. */
import ts from 'typescript'
import { nodesOf, placeOf } from './project.js'

export interface Measured {
  readonly name: string
  readonly place: string
  readonly lines: number
  /** It is one exhaustive fold, whose length is that of the union. */
  readonly isTable: boolean
}

const linesOf = (node: ts.Node): number => {
  const source = node.getSourceFile()
  const line = (at: number): number => source.getLineAndCharacterOfPosition(at).line
  return line(node.end) - line(node.getStart(source)) + 1
}

const isWrapper = (node: ts.Node): boolean =>
  ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)

const wrapped = (node: ts.Node): ts.Node => (isWrapper(node.parent) ? wrapped(node.parent) : node)

/** What a function expression is the value of. */
const owner = (node: ts.Node): string | undefined => {
  const value = wrapped(node)
  const { parent } = value
  const isOwned =
    ts.isVariableDeclaration(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isParameter(parent)
  return isOwned && parent.initializer === value ? parent.name.getText() : undefined
}

/**
 * The name under which a function is counted. Arrows that an arrow answers with are part of it, and so are callbacks
 * of the function around them: neither has a name.
 */
const nameOf = (node: ts.Node): string | undefined => {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return owner(node)
  if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return undefined
  return ts.isConstructorDeclaration(node) ? 'constructor' : (node.name?.getText() ?? 'default')
}

/** The statements of a function; of a curried one, those of the last. */
const statements = (node: ts.Node): ReadonlyArray<ts.Statement> => {
  if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return []
  return ts.isBlock(node.body) ? node.body.statements : statements(node.body)
}

const isConst = (s: ts.Statement): boolean =>
  ts.isVariableStatement(s) && (s.declarationList.flags & ts.NodeFlags.Const) !== 0

const answers = (s: ts.Statement | undefined): boolean =>
  s !== undefined && (ts.isReturnStatement(s) || (ts.isBlock(s) && answers(s.statements.at(-1))))

const mostConstants = 3
const mostLinesOfCase = 8

const isShortCase = (clause: ts.CaseOrDefaultClause): boolean =>
  ts.isCaseClause(clause) &&
  linesOf(clause) <= mostLinesOfCase &&
  (clause.statements.length === 0 || answers(clause.statements.at(-1)))

/**
 * An exhaustive table in the form of a `switch`. Strictly: the body is at most three declarations of constants and
 * then one `switch`, without `default`, every case of which is at most eight lines long and ends by returning, or
 * shares the answer of the next.
 */
const isTable = (node: ts.Node): boolean => {
  const body = statements(node)
  const [last, before] = [body.at(-1), body.slice(0, -1)]
  return (
    last !== undefined &&
    ts.isSwitchStatement(last) &&
    last.caseBlock.clauses.every(isShortCase) &&
    before.length <= mostConstants &&
    before.every(isConst)
  )
}

/** Every named function of a file. */
export const functionsOf = (source: ts.SourceFile): ReadonlyArray<Measured> =>
  nodesOf(source).flatMap((node) => {
    const name = nameOf(node)
    return name === undefined
      ? []
      : [{ name, place: placeOf(node), lines: linesOf(node), isTable: isTable(node) }]
  })

/** The least length that this share of the functions does not exceed. */
export const quantile = (share: number, functions: ReadonlyArray<Measured>): number => {
  const sorted = functions.map(({ lines }) => lines).sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}
