import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import {
  docExamples,
  idleExamples,
  pageExamples,
  removeExamples,
  typeErrors,
  writeExamples
} from './examples.js'
import { omissions, publicExports } from './exports.js'
import { root } from './project.js'

/** A package with one well documented export and one for each way to fall short. */
const planted = {
  'index.ts': `
export * from './shapes.js'
export * as inner from './inner.js'
export { join } from 'node:path'
`,
  'shapes.ts': `
/**
 * A documented type.
 *
 * @since 0.1.0
 */
export interface Good { readonly n: number }

export interface Bare { readonly n: number }

/**
 * A constant needs no example.
 * @since 0.1.0
 */
export const origin = 0

/** @since 0.1.0 */
export const mute = 0
`,
  'inner.ts': `
/**
 * Twice x.
 *
 * @since 0.1.0
 * @category arithmetic
 * @example
 * \`\`\`ts
 * import { strictEqual } from 'node:assert'
 *
 * strictEqual(2 * 1, 2)
 * \`\`\`
 */
export const twice = (x: number): number => 2 * x

/** Half of x. */
export function half(x: number): number { return x / 2 }

/**
 * No code block.
 * @since 0.1.0
 * @category arithmetic
 * @example half(1)
 */
export const third = (x: number): number => x / 3

/**
 * No assertion.
 * @since 0.1.0
 * @category arithmetic
 * @example
 * \`\`\`ts
 * import { strictEqual } from 'node:assert'
 *
 * console.log(strictEqual)
 * \`\`\`
 */
export const quarter = (x: number): number => x / 4
`
}

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'adjoint-docs-')))
for (const [file, text] of Object.entries(planted)) writeFileSync(join(directory, file), text)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')]
}

const entry = join(directory, 'index.ts')
const program = ts.createProgram([entry], options)
const found = publicExports(program, entry)

const sorted = (xs: readonly string[]): readonly string[] => [...xs].sort()

describe('the check of docstrings', () => {
  it('sees the exports of the package, through namespaces, and no others', () => {
    expect(sorted(found.map(({ name }) => name))).toEqual([
      'Bare',
      'Good',
      'inner.half',
      'inner.quarter',
      'inner.third',
      'inner.twice',
      'mute',
      'origin'
    ])
  })

  it('lists what is missing and nothing else', () => {
    expect(sorted(found.flatMap(omissions))).toEqual([
      'Bare: no @since',
      'Bare: no a sentence',
      'inner.half: no @category',
      'inner.half: no @example',
      'inner.half: no @since',
      'mute: no a sentence'
    ])
  })

  it('lists examples that show nothing', () => {
    expect(sorted(found.flatMap(idleExamples))).toEqual([
      'inner.quarter: @example asserts nothing',
      'inner.third: @example without a ```ts block'
    ])
  })
})

describe('the runner of examples', () => {
  const page = [
    '# Tour',
    '```ts',
    "import { strictEqual } from 'node:assert'",
    'strictEqual(1, 1)',
    '```',
    '```sh',
    'npm start',
    '```',
    '## Wrong value',
    '```ts',
    "import { strictEqual } from 'node:assert'",
    'strictEqual(1 + 1, 3)',
    '```',
    '## Wrong type',
    '```ts',
    "export const n: number = 'one'",
    '```'
  ].join('\n')
  const written = writeExamples(root, [...pageExamples('page', page), ...found.flatMap(docExamples)])
  const errors = typeErrors(written, program)
  const file = (name: string): string => written.files.find((example) => example.name === name)?.file ?? name

  afterAll(() => removeExamples(written))

  it('finds the TypeScript blocks of a page and of docstrings', () => {
    expect([...errors.keys()]).toEqual([
      'page, Tour 1',
      'page, Wrong value 1',
      'page, Wrong type 1',
      'inner.twice 1',
      'inner.quarter 1'
    ])
  })

  it('reports a type error where there is one', () => {
    expect([...errors].filter(([, texts]) => texts.length > 0)).toEqual([
      ['page, Wrong type 1', ["Type 'string' is not assignable to type 'number'."]]
    ])
  })

  it('runs what is right and fails on a false assertion', async () => {
    await expect(import(file('inner.twice 1'))).resolves.toBeDefined()
    await expect(import(file('page, Wrong value 1'))).rejects.toThrow('2 !== 3')
  })
})
