/** The experiment: a name is added to a union, and the compiler followed until it has nothing more to say. */
import { setImmediate } from 'node:timers/promises'
import ts from 'typescript'
import { family, scalar, seeds, type Edit } from './dummy.js'
import { dependents, placeIn, sourceOf, withTexts, type Project } from './project.js'
import { fillings } from './slots.js'

/** A trace of the experiment. */
export interface Followed {
  /** The project with the names in their unions and nowhere else. */
  readonly begun: Project
  /** Every insertion, those in the unions too. */
  readonly edits: ReadonlyArray<Edit>
  /** What the compiler still says at the end. */
  readonly left: ReadonlyArray<string>
}

const inserted = (text: string, edits: ReadonlyArray<Edit>): string =>
  [...edits]
    .sort((a, b) => b.at - a.at)
    .reduce((whole, { at, text: more }) => whole.slice(0, at) + more + whole.slice(at), text)

const filesOf = (edits: ReadonlyArray<Edit>): ReadonlyArray<string> => [...new Set(edits.map((e) => e.file))]

const edited = (project: Project, edits: ReadonlyArray<Edit>): Project =>
  withTexts(
    project,
    new Map(
      filesOf(edits).flatMap((file) =>
        sourceOf(project, file).map(({ text }) => [
          file,
          inserted(
            text,
            edits.filter((e) => e.file === file)
          )
        ])
      )
    )
  )

/** The declarations that other files see of one. */
const declared = ({ program }: Project, source: ts.SourceFile): string => {
  const texts: Array<string> = []
  program.emit(source, (_, text) => texts.push(text), undefined, true)
  return texts.join('')
}

/**
 * Incremental checking, as in `tsc --incremental`: edited files, and what depends on those that look different from
 * outside.
 */
const affected = (before: Project, after: Project, files: ReadonlyArray<string>): ReadonlySet<string> => {
  const declarations = (project: Project, file: string): string =>
    sourceOf(project, file)
      .map((source) => declared(project, source))
      .join('')
  const changed = files.filter((file) => declarations(before, file) !== declarations(after, file))
  return new Set([...files, ...dependents(after, changed)])
}

/** Cooperative: checking takes long, and a test runner that hears nothing of its worker for a minute gives it up. */
const errorsIn = async (
  project: Project,
  files: ReadonlySet<string>
): Promise<ReadonlyArray<ts.Diagnostic>> => {
  const found: Array<ts.Diagnostic> = []
  for (const source of [...files].flatMap((file) => sourceOf(project, file))) {
    await setImmediate()
    found.push(...project.program.getSyntacticDiagnostics(source))
    found.push(...project.program.getSemanticDiagnostics(source))
  }
  return found
}

const said = ({ file, start, messageText }: ts.Diagnostic): string =>
  `${file === undefined ? '' : placeIn(file, start ?? 0)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`

/** Rows and cases for the dummies in every file that has an error. */
const answers = ({ program }: Project, errors: ReadonlyArray<ts.Diagnostic>): ReadonlyArray<Edit> => {
  const checker = program.getTypeChecker()
  const named = new Set(errors.flatMap(({ file }) => (file === undefined ? [] : [file])))
  const all = [...named].flatMap((source) =>
    [scalar, family].flatMap((dummy) => fillings(checker, source, dummy))
  )
  return all.filter(
    (e, i) => all.findIndex((f) => f.file === e.file && f.at === e.at && f.text === e.text) === i
  )
}

/** Places that come to light only when others are filled take a round more; so many are more than enough. */
const mostRounds = 8

/** Rounds of checking and answering; `files` are those that may have an error that they did not have before. */
const follow = async (
  project: Project,
  files: ReadonlySet<string>,
  rounds: number
): Promise<Omit<Followed, 'begun'>> => {
  const errors = await errorsIn(project, files)
  const edits = rounds === 0 ? [] : answers(project, errors)
  if (edits.length === 0) return { edits, left: errors.map(said) }
  const after = edited(project, edits)
  const wrong = errors.flatMap(({ file }) => (file === undefined ? [] : [file.fileName]))
  const next = new Set([...wrong, ...affected(project, after, filesOf(edits))])
  const rest = await follow(after, next, rounds - 1)
  return { ...rest, edits: [...edits, ...rest.edits] }
}

export const experiment = async (project: Project): Promise<Followed> => {
  const first = seeds(project)
  const begun = edited(project, first)
  const rest = await follow(begun, dependents(begun, filesOf(first)), mostRounds)
  return { ...rest, begun, edits: [...first, ...rest.edits] }
}
