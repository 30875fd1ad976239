import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import type { PublicExport } from './exports.js'

/** A module found in the documentation, to be type-checked and run. */
export interface Example {
  readonly name: string
  readonly code: string
  /** What it prints, where the page shows that. */
  readonly prints?: string
}

/** The contents of the ```ts blocks of a text. */
export const codeBlocks = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? '')

/** The examples in one export's docstring. */
export const docExamples = ({ name, tags }: PublicExport): ReadonlyArray<Example> =>
  tags
    .filter((tag) => tag.name === 'example')
    .flatMap(({ text }) => codeBlocks(text))
    .map((code, i) => ({ name: `${name} ${i + 1}`, code }))

const blockWithOutput = /^```ts\n([\s\S]*?)^```$(?:\n+^```text\n([\s\S]*?)^```$)?/gm

/** Sections of a markdown page; a `#` inside a block begins none. */
const sections = (markdown: string): ReadonlyArray<string> => markdown.split(/^(?=#{1,6} \S)/m)

/** The blocks of a markdown page, named by the heading they stand under; a ```text block right after one is what it prints. */
export const pageExamples = (page: string, markdown: string): ReadonlyArray<Example> =>
  sections(markdown).flatMap((section) =>
    [...section.matchAll(blockWithOutput)].map(([, code = '', prints], i) => ({
      name: `${page}, ${(section.split('\n')[0] ?? '').replace(/^#+ */, '')} ${i + 1}`,
      code,
      ...(prints === undefined ? {} : { prints })
    }))
  )

/** `@example` tags without a ```ts block, and blocks that assert nothing. */
export const idleExamples = (entry: PublicExport): ReadonlyArray<string> =>
  entry.tags
    .filter(({ name }) => name === 'example')
    .flatMap(({ text }) => {
      const blocks = codeBlocks(text)
      return blocks.length === 0
        ? [`${entry.name}: @example without a \`\`\`ts block`]
        : blocks.filter((code) => !asserts(code)).map(() => `${entry.name}: @example asserts nothing`)
    })

/** Whether a module imports an assertion and calls it. */
export const asserts = (code: string): boolean =>
  [...code.matchAll(/import \{ ([\w, ]+) \} from 'node:assert'/g)]
    .flatMap(([, names]) => (names ?? '').split(', '))
    .some((name) => code.includes(`\n${name}(`))

/** Examples written as files, so that errors and stack traces show their text. */
export interface Written {
  readonly directory: string
  readonly files: ReadonlyArray<Example & { readonly file: string }>
}

/** Writes each example as a module into a new directory below `node_modules/.cache`. */
export const writeExamples = (root: string, examples: ReadonlyArray<Example>): Written => {
  const cache = join(root, 'node_modules/.cache/adjoint')
  mkdirSync(cache, { recursive: true })
  const directory = mkdtempSync(join(cache, 'examples-'))
  const files = examples.map((example, i) => {
    const file = join(directory, `${i}-${example.name.replace(/\W+/g, '-')}.mts`)
    writeFileSync(file, example.code)
    return { ...example, file }
  })
  return { directory, files }
}

export const removeExamples = ({ directory }: Written): void =>
  rmSync(directory, { recursive: true, force: true })

/** The compiler's complaints about each example, checked as one program that reuses the files of `base`. */
export const typeErrors = (
  written: Written,
  base: ts.Program
): ReadonlyMap<string, ReadonlyArray<string>> => {
  const rootNames = written.files.map(({ file }) => file)
  const program = ts.createProgram({ rootNames, options: base.getCompilerOptions(), oldProgram: base })
  const errors = (file: string): ReadonlyArray<string> => {
    const source = program.getSourceFile(file)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')
    )
  }
  return new Map(written.files.map(({ name, file }) => [name, errors(file)]))
}
