/** The figures of the house: how much a contributor has to touch, and how much a reader has to hold. */
import { join } from 'node:path'
import { resolved } from '../../docs/exports.js'
import { crossingsOf, cyclesOf, type Cycle } from './cycles.js'
import { family, namesOf, scalar, type Dummy } from './dummy.js'
import { experiment, type Followed } from './follow.js'
import { functionsOf, quantile, type Measured } from './lengths.js'
import { mentionsIn, type Mention } from './mentions.js'
import { projectOf, root, shown, sourceOf, sources, type Project } from './project.js'
import { silentIn, type Silent } from './silent.js'

/** What adding one name takes. */
export interface Touched {
  /** In src and laws: the file of the union, those that the compiler names, and that of the public function. */
  readonly files: ReadonlyArray<string>
  readonly inTests: ReadonlyArray<string>
  /** Lists that the compiler does not name. */
  readonly silent: ReadonlyArray<Silent>
  /** Tables with optional rows. */
  readonly partial: ReadonlyArray<Silent>
  /** The sibling in files that the compiler does not name. */
  readonly mentions: ReadonlyArray<Mention>
}

export interface House {
  readonly scalar: Touched
  readonly family: Touched
  /** What the compiler still says once it has been followed. */
  readonly left: ReadonlyArray<string>
  readonly rootNames: ReadonlyArray<string>
  readonly functions: ReadonlyArray<Measured>
  readonly cycles: ReadonlyArray<Cycle>
}

/** The summary that `--json` prints. */
export interface Figures {
  readonly scalarFiles: number
  readonly familyFiles: number
  readonly rootNames: number
  readonly median: number
  readonly p90: number
  readonly longest: number
  readonly cycles: number
}

const published = ['src', 'laws']

const rootSymbols = (project: Project) => {
  const checker = project.program.getTypeChecker()
  return sourceOf(project, join(root, 'src/index.ts')).flatMap((source) => {
    const module = checker.getSymbolAtLocation(source)
    return module === undefined ? [] : checker.getExportsOfModule(module)
  })
}

/** The file in which a name of the root is declared. */
const homeOf = (project: Project, name: string): ReadonlyArray<string> => {
  const checker = project.program.getTypeChecker()
  return rootSymbols(project)
    .filter((symbol) => symbol.name === name)
    .flatMap((symbol) => resolved(checker, symbol).declarations ?? [])
    .map((declaration) => shown(declaration.getSourceFile().fileName))
}

const isTest = (file: string): boolean => file.startsWith('test/')

const touched = ({ begun, edits }: Followed, dummy: Dummy): Touched => {
  const checker = begun.program.getTypeChecker()
  const names = namesOf(begun, dummy)
  const named = edits.filter((e) => e.dummy === dummy).map((e) => shown(e.file))
  const files = [...new Set([...named, ...homeOf(begun, dummy.published)])]
  const all = sources(begun, published)
  const lists = all.flatMap((source) => silentIn(source, checker, dummy, names))
  const unnamed = all.filter(({ fileName }) => !named.includes(shown(fileName)))
  return {
    files: files.filter((file) => !isTest(file)),
    inTests: files.filter(isTest),
    silent: lists.filter(({ kind }) => kind !== 'partial table'),
    partial: lists.filter(({ kind }) => kind === 'partial table'),
    mentions: unnamed.flatMap((source) => mentionsIn(source, checker, dummy))
  }
}

/** Looks at src and laws, and at tests only when asked to, which takes longer. */
export const measure = async (withTests = false): Promise<House> => {
  const project = projectOf(withTests ? [...published, 'test'] : published)
  const followed = await experiment(project)
  const library = sources(project, ['src'])
  return {
    scalar: touched(followed, scalar),
    family: touched(followed, family),
    left: followed.left,
    rootNames: rootSymbols(followed.begun).map(({ name }) => name),
    functions: library.flatMap(functionsOf),
    cycles: cyclesOf(library.flatMap(crossingsOf))
  }
}

export const figures = (house: House): Figures => ({
  scalarFiles: house.scalar.files.length,
  familyFiles: house.family.files.length,
  rootNames: house.rootNames.length,
  median: quantile(0.5, house.functions),
  p90: quantile(0.9, house.functions),
  longest: Math.max(0, ...house.functions.filter((f) => !f.isTable).map(({ lines }) => lines)),
  cycles: house.cycles.length
})
