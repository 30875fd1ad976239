import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { projectOptions, publicExports } from './exports.js'
import type { PublicExport } from './exports.js'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The published entries: the name users import, and its source. */
const entries = [
  { name: 'adjoint', file: join(root, 'src/index.ts') },
  { name: 'adjoint/laws', file: join(root, 'laws/index.ts') }
]

export const program = ts.createProgram({
  rootNames: entries.map(({ file }) => file),
  options: projectOptions(join(root, 'tsconfig.json'), root)
})

export const published: ReadonlyMap<string, ReadonlyArray<PublicExport>> = new Map(
  entries.map(({ name, file }) => [
    name,
    publicExports(program, file).map((entry) => ({ ...entry, name: `${name}: ${entry.name}` }))
  ])
)
