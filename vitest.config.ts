import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** What takes much memory, or replaces globals, has a process of its own. */
const alone = ['host', 'long'].map((name) => `test/wasm/${name}.test.ts`)

/** `CHECKED=1 npm test`: modules check each access to memory, and tests import the same engine as ever. */
const isChecked = process.env['CHECKED'] === '1'

const checked: Plugin = {
  name: 'checked modules',
  enforce: 'pre',
  resolveId: (source, importer) =>
    isChecked && source === './run/program.js' && importer === at('./src/wasm/index.ts')
      ? at('./test/support/checked/program.ts')
      : undefined
}

/** What runs no module here: types, layout, and the command as a process of its own. */
const unchecked = isChecked ? ['test/types/**', 'test/repository/**', 'test/examples/fruit/main.test.ts'] : []

export default defineConfig({
  plugins: [checked],
  resolve: {
    alias: [
      { find: /^adjoint\/laws$/, replacement: at('./laws/index.ts') },
      { find: /^adjoint\/(shape|export)$/, replacement: at('./src/$1.ts') },
      { find: /^adjoint\/(\w+)$/, replacement: at('./src/$1/index.ts') },
      { find: /^adjoint$/, replacement: at('./src/index.ts') }
    ]
  },
  test: {
    setupFiles: ['seed.ts', 'validate.ts', ...(isChecked ? ['checked/setup.ts'] : [])].map(
      (name) => `test/support/${name}`
    ),
    testTimeout: isChecked ? 300_000 : 60_000,
    hookTimeout: 60_000,
    // One fewer by default, which on two cores leaves one idle.
    maxWorkers: availableParallelism(),
    // The documentation's examples are written there and import the package by name.
    server: { deps: { inline: [/node_modules\/\.cache\/adjoint\//] } },
    projects: [
      // Modules have no state, so files may share them; loading them anew for each file takes as long as half of the tests.
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, ...unchecked, '**/node_modules/**'],
          isolate: false
        }
      },
      { extends: true, test: { name: 'alone', include: alone } }
    ]
  }
})
