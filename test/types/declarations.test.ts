// What a user's library says of its exports: `.ci/package` compiles the same file with the packed declarations, by three compilers.
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { fixturePath, programOf } from './compiler.js'

const path = fixturePath('exported')
const entries = ['index', 'nn/index', 'optim/index', 'train/index', 'data/index', 'codec/index', 'tree/index']
const entryPath = (entry: string): string => new URL(`../../src/${entry}.ts`, import.meta.url).pathname
const text = readFileSync(new URL('../../.ci/exported.ts', import.meta.url), 'utf8')

const program = programOf(
  new Map([
    [path, text],
    ...entries.map((entry) => [entryPath(entry), readFileSync(entryPath(entry), 'utf8')] as const)
  ]),
  { declaration: true, noEmit: false, emitDeclarationOnly: true }
)

/** The declarations by name, as the compiler writes them. */
const declared = (): ReadonlyMap<string, string> => {
  const written: Array<string> = []
  program.emit(program.getSourceFile(path), (_, content) => written.push(content), undefined, true)
  const file = ts.createSourceFile('exported.d.ts', written.join(''), ts.ScriptTarget.ES2022)
  return new Map(
    file.statements
      .filter(ts.isVariableStatement)
      .flatMap((s) => s.declarationList.declarations)
      .map((d) => [d.name.getText(file), d.getText(file).replace(/\s+/g, ' ')] as const)
  )
}

const answersWithFunction = (type: ts.Type): boolean =>
  type.getCallSignatures().some((s) => s.getReturnType().getCallSignatures().length > 0)

/** Functions that answer with functions: those that a library exports partly applied. */
const curried = entries.flatMap((entry) => {
  const checker = program.getTypeChecker()
  const module = checker.getSymbolAtLocation(program.getSourceFile(entryPath(entry))!)
  return checker
    .getExportsOfModule(module!)
    .filter((s) => answersWithFunction(checker.getTypeOfSymbol(s)))
    .map((s) => s.name)
})

describe('declarations of exports', () => {
  const all = declared()
  it('are written without an error', () => {
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(path))
    expect(found.map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'))).toEqual([])
  })
  it('are of every function, partly applied', () => {
    expect(curried.length).toBeGreaterThan(100)
    expect(curried.filter((name) => !new RegExp(`\\b${name}(<[^>]*>)?\\(`).test(text))).toEqual([])
    expect(all.size).toBeGreaterThanOrEqual(250)
  })
  it('are short', () => {
    expect([...all].filter(([, declaration]) => declaration.length > 400)).toEqual([])
  })
  it('cost little', () => {
    expect(program.getInstantiationCount()).toBeLessThan(400_000)
  })
})
