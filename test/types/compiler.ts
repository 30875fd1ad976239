import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')

const options = (): ts.CompilerOptions => {
  const file = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(file, (path) => readFileSync(path, 'utf8')) as { config: unknown }
  const parsed = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root)
  return {
    ...parsed.options,
    types: [],
    noUnusedLocals: false,
    noUnusedParameters: false,
    skipLibCheck: true
  }
}

/** A fixture lives beside this file, so that its relative imports resolve. */
export const fixturePath = (name: string): string => join(here, `${name}.fixture.ts`)

/** One program over fixtures that exist only in memory. */
export const programOf = (
  fixtures: ReadonlyMap<string, string>,
  more: Readonly<ts.CompilerOptions> = {}
): ts.Program => {
  const settings = { ...options(), ...more }
  const host = ts.createCompilerHost(settings)
  const memory: ts.CompilerHost = {
    ...host,
    fileExists: (path) => fixtures.has(path) || host.fileExists(path),
    readFile: (path) => fixtures.get(path) ?? host.readFile(path),
    getSourceFile: (path, version) => {
      const text = fixtures.get(path)
      return text === undefined ? host.getSourceFile(path, version) : ts.createSourceFile(path, text, version)
    }
  }
  return ts.createProgram([...fixtures.keys()], settings, memory)
}

/** The diagnostics of a file as `[code, message]`, the message of several lines. */
export const diagnosticsOf = (
  program: ts.Program,
  path: string
): ReadonlyArray<readonly [number, string]> => {
  const file = program.getSourceFile(path)
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    (d) => [d.code, ts.flattenDiagnosticMessageText(d.messageText, '\n')] as const
  )
}

/** What a reader is left with: the text of the last `ShapeError`, else the last line without unresolved checks. */
export const essence = (message: string): string => {
  const errors = [...message.matchAll(/ShapeError<("(?:[^"\\]|\\.)*")>/g)]
  const last = errors.at(-1)?.[1]
  return last === undefined
    ? (message.split('\n').at(-1) ?? '').trim().replace(/\w*Check<.*>/, 'Check<...>')
    : String(JSON.parse(last))
}
