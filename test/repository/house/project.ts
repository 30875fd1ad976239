/** Programs of the compiler over texts in memory: the tree on disk, with some files replaced. Nothing is written. */
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A file as it is named in reports: relative to the repository. */
export const shown = (file: string): string => relative(root, file)

/** Texts that stand in for those on disk, by absolute path. */
export type Texts = ReadonlyMap<string, string>

export interface Project {
  readonly program: ts.Program
  readonly texts: Texts
  /** The files that are looked at: those of the chosen folders. */
  readonly files: ReadonlyArray<string>
}

/** Declarations are emitted, to memory: they tell whether an edit can be seen from other files. */
const inMemory: ts.CompilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true }

const configured = (): ts.ParsedCommandLine => {
  const path = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { readonly config: unknown }
  return ts.parseJsonConfigFileContent(config, ts.sys, root, inMemory, path)
}

/** An overlay host. Source files of the program before are used again, so that only what changed is parsed. */
const hostOf = (
  options: ts.CompilerOptions,
  texts: Texts,
  before: ts.Program | undefined
): ts.CompilerHost => {
  const disk = ts.createCompilerHost(options, true)
  return {
    ...disk,
    fileExists: (name) => texts.has(name) || disk.fileExists(name),
    directoryExists: (name) =>
      [...texts.keys()].some((file) => file.startsWith(`${name}/`)) || disk.directoryExists?.(name) === true,
    readFile: (name) => texts.get(name) ?? disk.readFile(name),
    getSourceFile: (name, language) => {
      const known = before?.getSourceFile(name)
      const text = texts.get(name)
      if (text === undefined) return known ?? disk.getSourceFile(name, language)
      return known?.text === text ? known : ts.createSourceFile(name, text, language, true)
    }
  }
}

const projectFrom = (options: ts.CompilerOptions, files: ReadonlyArray<string>, texts: Texts): Project => {
  const host = hostOf(options, texts, undefined)
  return { program: ts.createProgram({ rootNames: files, options, host }), texts, files }
}

/** The tree on disk, as far as it lies in these folders. */
export const projectOf = (folders: ReadonlyArray<string>): Project => {
  const { options, fileNames } = configured()
  const files = fileNames.filter((file) => folders.includes(shown(file).split('/')[0] ?? ''))
  return projectFrom(options, files, new Map())
}

/** A project of nothing but these texts, by path below the root. */
export const planted = (texts: Readonly<Record<string, string>>): Project => {
  const all = new Map(Object.entries(texts).map(([file, text]) => [join(root, file), text]))
  return projectFrom({ ...configured().options, types: [] }, [...all.keys()], all)
}

/** The same project with further texts in place of those that were there. */
export const withTexts = ({ program, texts, files }: Project, more: Texts): Project => {
  const all = new Map([...texts, ...more])
  const options = program.getCompilerOptions()
  const host = hostOf(options, all, program)
  return {
    program: ts.createProgram({ rootNames: files, options, host, oldProgram: program }),
    texts: all,
    files
  }
}

export const sourceOf = ({ program }: Project, file: string): ReadonlyArray<ts.SourceFile> => {
  const source = program.getSourceFile(file)
  return source === undefined ? [] : [source]
}

export const sources = (project: Project, folders: ReadonlyArray<string>): ReadonlyArray<ts.SourceFile> =>
  project.files
    .filter((file) => folders.includes(shown(file).split('/')[0] ?? ''))
    .flatMap((file) => sourceOf(project, file))

/** All nodes of a tree, parents before children. */
export const nodesOf = (node: ts.Node): ReadonlyArray<ts.Node> => {
  const found: Array<ts.Node> = []
  const visit = (n: ts.Node): void => {
    found.push(n)
    ts.forEachChild(n, visit)
  }
  visit(node)
  return found
}

/** `src/graph/fold.ts:12`. */
export const placeIn = (source: ts.SourceFile, at: number): string =>
  `${shown(source.fileName)}:${String(source.getLineAndCharacterOfPosition(at).line + 1)}`

export const placeOf = (node: ts.Node): string => placeIn(node.getSourceFile(), node.getStart())

const specifier = (node: ts.Node): string | undefined => {
  const from =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
        ? node.argument.literal
        : undefined
  return from !== undefined && ts.isStringLiteral(from) ? from.text : undefined
}

/** The files of the repository that a file imports or exports from, types too. */
export const importsOf = (source: ts.SourceFile): ReadonlyArray<string> =>
  nodesOf(source).flatMap((node) => {
    const name = specifier(node)
    return name?.startsWith('.') === true
      ? [join(dirname(source.fileName), name).replace(/\.js$/, '.ts')]
      : []
  })

/** Transitive dependents: the files of a project that import any of these, themselves or by way of others. */
export const dependents = (project: Project, of: ReadonlyArray<string>): ReadonlySet<string> => {
  const imports = project.files.flatMap((file) =>
    sourceOf(project, file).map((source) => [file, importsOf(source)] as const)
  )
  const grown = (known: ReadonlySet<string>): ReadonlySet<string> => {
    const next = imports.filter(([file, from]) => !known.has(file) && from.some((name) => known.has(name)))
    return next.length === 0 ? known : grown(new Set([...known, ...next.map(([file]) => file)]))
  }
  return grown(new Set(of))
}
