/** What is added to the library as an experiment: a scalar function and a family of operations that nobody needs. */
import { join } from 'node:path'
import ts from 'typescript'
import { nodesOf, root, sourceOf, type Project } from './project.js'

/** A new name in a union, and an old one of the same kind whose rows and cases it copies. */
export interface Dummy {
  readonly name: string
  readonly sibling: string
  /** The file of the union. */
  readonly union: string
  /** The published function of the sibling. */
  readonly published: string
}

export const scalar: Dummy = {
  name: 'dummyScalar',
  sibling: 'exp',
  union: join(root, 'src/graph/op.ts'),
  published: 'exp'
}

export const family: Dummy = {
  name: 'DummyFamily',
  sibling: 'Reverse',
  union: join(root, 'src/graph/Expr.ts'),
  published: 'reverse'
}

/** Text to insert in a file, on behalf of a dummy. */
export interface Edit {
  readonly file: string
  readonly at: number
  readonly text: string
  readonly dummy: Dummy
}

const unionMembers = (source: ts.SourceFile): ReadonlyArray<ts.TypeNode> =>
  source.statements.flatMap((s) =>
    ts.isTypeAliasDeclaration(s) && ts.isUnionTypeNode(s.type) ? [...s.type.types] : []
  )

/** Beside the sibling's name, in each union of the file that has it as a member of its own. */
const besideSibling = (dummy: Dummy, source: ts.SourceFile, sibling: string, name: string) =>
  unionMembers(source)
    .filter((member) => member.getText(source) === sibling)
    .map((member): Edit => ({ file: dummy.union, at: member.end, text: ` | ${name}`, dummy }))

/** A name more in `UnaryOp`, which is the union in which the sibling is. */
const scalarEdits = (project: Project): ReadonlyArray<Edit> =>
  sourceOf(project, scalar.union).flatMap((source) =>
    besideSibling(scalar, source, `'${scalar.sibling}'`, `'${scalar.name}'`)
  )

/** The sibling's interface under another name and tag, at the end of the file so that no line moves. */
const clonedInterface = (source: ts.SourceFile): ReadonlyArray<Edit> =>
  nodesOf(source)
    .filter((node) => ts.isInterfaceDeclaration(node) && node.name.text === family.sibling)
    .map((node) => ({
      file: family.union,
      at: source.end,
      text: `\n${node.getText(source).replaceAll(new RegExp(`\\b${family.sibling}\\b`, 'g'), family.name)}\n`,
      dummy: family
    }))

const familyEdits = (project: Project): ReadonlyArray<Edit> =>
  sourceOf(project, family.union).flatMap((source) => [
    ...besideSibling(family, source, family.sibling, family.name),
    ...clonedInterface(source)
  ])

/** Where the experiment begins: both dummies in their unions, and nothing else. */
export const seeds = (project: Project): ReadonlyArray<Edit> => [
  ...scalarEdits(project),
  ...familyEdits(project)
]

const literalOf = (type: ts.Node | undefined): ReadonlyArray<string> =>
  type !== undefined && ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)
    ? [type.literal.text]
    : []

/** The scalar functions: the literals of the union that has the sibling's. */
const scalarNames = (source: ts.SourceFile): ReadonlyArray<string> =>
  nodesOf(source)
    .filter((node) => ts.isUnionTypeNode(node))
    .map((union) => union.types.flatMap(literalOf))
    .filter((names) => names.includes(scalar.sibling))
    .flat()

/** The families: the tags of the file's interfaces. */
const familyNames = (source: ts.SourceFile): ReadonlyArray<string> =>
  nodesOf(source).flatMap((node) =>
    ts.isPropertySignature(node) && node.name.getText(source) === '_tag' ? literalOf(node.type) : []
  )

/** The names of the dummy's kind. */
export const namesOf = (project: Project, dummy: Dummy): ReadonlySet<string> =>
  new Set(sourceOf(project, dummy.union).flatMap(dummy === scalar ? scalarNames : familyNames))
