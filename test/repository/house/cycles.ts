/** Import cycles between folders: strongly connected components of the graph of folders that have more than one. */
import { dirname, relative, join } from 'node:path'
import type ts from 'typescript'
import { importsOf, root } from './project.js'

/** An import that crosses from one folder into another. */
export interface Crossing {
  readonly from: string
  readonly to: string
  /** The file that imports, and the one that is imported. */
  readonly files: readonly [string, string]
}

/** Folders that import each other, and the imports by which they do. */
export interface Cycle {
  readonly folders: ReadonlyArray<string>
  readonly crossings: ReadonlyArray<Crossing>
}

const inSource = (file: string): string => relative(join(root, 'src'), file)

/** Types count as values do: a reader has to go the same way. */
export const crossingsOf = (source: ts.SourceFile): ReadonlyArray<Crossing> =>
  importsOf(source)
    .map((to) => [inSource(source.fileName), inSource(to)] as const)
    .map((files) => ({ from: dirname(files[0]), to: dirname(files[1]), files }))
    .filter(({ from, to }) => from !== to)

/** Transitive closure: what can be reached from a folder. */
const reached = (crossings: ReadonlyArray<Crossing>, from: string): ReadonlySet<string> => {
  const grown = (known: ReadonlySet<string>): ReadonlySet<string> => {
    const next = crossings.filter((c) => (c.from === from || known.has(c.from)) && !known.has(c.to))
    return next.length === 0 ? known : grown(new Set([...known, ...next.map(({ to }) => to)]))
  }
  return grown(new Set())
}

export const cyclesOf = (crossings: ReadonlyArray<Crossing>): ReadonlyArray<Cycle> => {
  const folders = [...new Set(crossings.map(({ from }) => from))].sort()
  const from = new Map(folders.map((folder) => [folder, reached(crossings, folder)]))
  const meets = (a: string, b: string): boolean =>
    from.get(a)?.has(b) === true && from.get(b)?.has(a) === true
  const components = folders
    .map((folder) => folders.filter((other) => meets(folder, other)))
    .filter((component, i) => component.length > 1 && component[0] === folders[i])
  return components.map((component) => ({
    folders: component,
    crossings: crossings.filter((c) => component.includes(c.from) && component.includes(c.to))
  }))
}
