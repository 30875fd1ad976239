import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { projectOptions, publicExports } from './exports.js'
import type { PublicExport } from './exports.js'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The published entries: the name users import, and its source. */
const entries = [
  ['adjoint', 'src/index.ts'],
  ...['nn', 'optim', 'train', 'data', 'codec', 'tree'].map(
    (name) => [`adjoint/${name}`, `src/${name}/index.ts`] as const
  ),
  ...['shape', 'export'].map((name) => [`adjoint/${name}`, `src/${name}.ts`] as const),
  ['adjoint/laws', 'laws/index.ts']
].map(([name, file]) => ({ name, file: join(root, file) }))

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
