import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^adjoint\/laws$/, replacement: at('./laws/index.ts') },
      { find: /^adjoint$/, replacement: at('./src/index.ts') }
    ]
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The documentation's examples are written there and import the package by name.
    server: { deps: { inline: [/node_modules\/\.cache\/adjoint\//] } }
  }
})
