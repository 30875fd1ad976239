import ts from 'typescript'

/** One tag of a docstring, as `@name text`. */
export interface Tag {
  readonly name: string
  readonly text: string
}

/** A name the package publishes, with its documentation. `name` carries the namespaces it is reached through. */
export interface PublicExport {
  readonly name: string
  readonly callable: boolean
  /** Whether there is something of this name at run time. */
  readonly value: boolean
  readonly summary: string
  readonly tags: ReadonlyArray<Tag>
}

/** The compiler options of the project whose `tsconfig.json` is at `path`. */
export const projectOptions = (path: string, directory: string): ts.CompilerOptions => {
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as { readonly config: unknown }
  return ts.parseJsonConfigFileContent(config, ts.sys, directory, undefined, path).options
}

/** The symbol behind the names under which it is passed on. */
export const resolved = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol

const isOwn = (symbol: ts.Symbol): boolean =>
  (symbol.declarations ?? []).some(
    (declaration) => !declaration.getSourceFile().fileName.includes('/node_modules/')
  )

const isModule = (symbol: ts.Symbol): boolean => (symbol.flags & ts.SymbolFlags.ValueModule) !== 0

const isCallable = (checker: ts.TypeChecker, symbol: ts.Symbol): boolean =>
  (symbol.flags & ts.SymbolFlags.Value) !== 0 &&
  checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0

const describe = (checker: ts.TypeChecker, name: string, symbol: ts.Symbol): PublicExport => ({
  name,
  callable: isCallable(checker, symbol),
  value: (symbol.flags & ts.SymbolFlags.Value) !== 0,
  summary: ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim(),
  tags: symbol
    .getJsDocTags(checker)
    .map((tag) => ({ name: tag.name, text: ts.displayPartsToString(tag.text).trim() }))
})

/** Everything reachable from the entry file, namespaces (`export * as ns`) opened; other packages' names left out. */
export const publicExports = (program: ts.Program, entry: string): ReadonlyArray<PublicExport> => {
  const checker = program.getTypeChecker()
  const members = (prefix: string, module: ts.Symbol): ReadonlyArray<PublicExport> =>
    checker.getExportsOfModule(module).flatMap((alias) => {
      const symbol = resolved(checker, alias)
      if (!isOwn(symbol)) return []
      const name = `${prefix}${alias.name}`
      return isModule(symbol) ? members(`${name}.`, symbol) : [describe(checker, name, symbol)]
    })
  const source = program.getSourceFile(entry)
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
  return module === undefined ? [] : members('', module)
}

const blank = (text: string): boolean => text.trim() === ''

const lacks = ({ tags }: PublicExport, tag: string): boolean =>
  !tags.some(({ name, text }) => name === tag && !blank(text))

/** What the documentation of one export leaves out. */
export const omissions = (entry: PublicExport): ReadonlyArray<string> => {
  const missing = [
    ...(blank(entry.summary) ? ['a sentence'] : []),
    ...(entry.callable ? ['since', 'category', 'example'] : ['since'])
      .filter((tag) => lacks(entry, tag))
      .map((tag) => `@${tag}`)
  ]
  return missing.map((what) => `${entry.name}: no ${what}`)
}
