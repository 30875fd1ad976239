import { defineConfig, type Options } from 'tsup'

const shared: Options = {
  entry: { index: 'src/index.ts', laws: 'laws/index.ts' },
  target: 'es2022',
  platform: 'neutral',
  sourcemap: true
}

/** Bundled: it is ESM only, and `require` of ESM fails in early Node 20. */
const inlined = /^@(noble\/hashes|scure\/base)/

/** What plain Node loads: fp-ts and io-ts by the CommonJS paths that resolve there. */
const node: Options = {
  ...shared,
  format: ['esm', 'cjs'],
  outDir: 'dist',
  clean: ['!bundler/**'],
  noExternal: [inlined],
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } }
}

const library = /^(fp-ts|io-ts)\/lib\//

/** What bundlers load: the same modules by their ES builds, which can be shaken. */
const bundler: Options = {
  ...shared,
  format: ['esm'],
  outDir: 'dist/bundler',
  clean: true,
  // The library paths are here for the plugin, which keeps them external under another name.
  noExternal: [inlined, library],
  esbuildPlugins: [
    {
      name: 'es6-builds',
      setup: (build) => {
        build.onResolve({ filter: library }, ({ path }) => ({
          path: path.replace(library, '$1/es6/'),
          external: true,
          sideEffects: false
        }))
      }
    }
  ]
}

export default defineConfig([node, bundler])
