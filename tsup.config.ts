import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { OutputOptions, Plugin } from 'rolldown'
import { defineConfig, type Options } from 'tsup'

const shared: Options = {
  entry: {
    index: 'src/index.ts',
    nn: 'src/nn/index.ts',
    optim: 'src/optim/index.ts',
    train: 'src/train/index.ts',
    data: 'src/data/index.ts',
    codec: 'src/codec/index.ts',
    tree: 'src/tree/index.ts',
    shape: 'src/shape.ts',
    export: 'src/export.ts',
    laws: 'laws/index.ts'
  },
  target: 'es2022',
  platform: 'neutral',
  sourcemap: true
}

/** Maps lead to the sources that are in the package, once, rather than hold them in each format. */
const withoutSources: NonNullable<Options['esbuildOptions']> = (options) => {
  options.sourcesContent = false
}

/** Bundled: it is ESM only, and `require` of ESM fails in early Node 20. */
const inlined = /^@(noble\/hashes|scure\/base)/

const library = /^(fp-ts|io-ts)\/(lib|es6)\//
const { resolve } = createRequire(import.meta.url)

/** Each with the map that leads back to the sources. */
const built: Plugin = {
  name: 'source-maps',
  load: async (id) => ({ code: await readFile(id, 'utf8'), map: await readFile(`${id}.map`, 'utf8') })
}

const written: OutputOptions = {
  sourcemap: true,
  codeSplitting: { groups: [{ name: 'core', minShareCount: 2 }] },
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } }
}

/** The packages of which parts are in files, by the maps of those. */
const packagesIn = (maps: ReadonlyArray<string>): ReadonlyArray<string> => {
  const sources = maps.flatMap(
    (map) => (JSON.parse(map) as { readonly sources: ReadonlyArray<string> }).sources
  )
  const names = sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? [])
  return [...new Set(names)].sort()
}

/** Their licences, which ask to be handed on with every copy. */
const noticesOf = async (names: ReadonlyArray<string>): Promise<string> => {
  const texts = names.map(async (name) => {
    const folder = join('node_modules', name)
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version: string
    }
    return `${name} ${version}\n\n${(await readFile(join(folder, 'LICENSE'), 'utf8')).trim()}\n`
  })
  return `These files contain parts of other packages.\n\n${(await Promise.all(texts)).join('\n---\n\n')}`
}

/**
 * What Node loads, from the modules just built: all that entries share in one file. esbuild makes a chunk for each set of entries that share something,
 * and Node takes longer to find and link seventeen files than to read what is in them; and it would repeat the library in each CommonJS entry.
 */
const together = async (): Promise<void> => {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input: Object.fromEntries(Object.keys(shared.entry ?? {}).map((name) => [name, `dist/${name}.js`])),
    external: /^[^./]/,
    plugins: [built]
  })
  const [esm, cjs] = [
    await bundle.generate({
      ...written,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js'
    }),
    await bundle.generate({
      ...written,
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs'
    })
  ]
  await bundle.close()
  const parts = (await readdir('dist')).filter((name) => /^chunk-.*\.js$|\.map$/.test(name))
  await Promise.all(parts.map((name) => rm(join('dist', name))))
  const files = [...esm.output, ...cjs.output]
  await Promise.all(
    files.map((f) => writeFile(join('dist', f.fileName), f.type === 'chunk' ? f.code : f.source))
  )
  const maps = files.flatMap((f) =>
    f.fileName.endsWith('.map') && f.type === 'asset' ? [String(f.source)] : []
  )
  await writeFile(join('dist', 'THIRD_PARTY_NOTICES.txt'), await noticesOf(packagesIn(maps)))
}

/**
 * What plain Node loads, with the parts of fp-ts and io-ts that it uses: loading their CommonJS files took longer than all the rest. Their values
 * are plain records and so the same as those of a user's own copy; the types are those of the peers.
 */
const node: Options = {
  ...shared,
  format: ['esm', 'cjs'],
  outDir: 'dist',
  clean: ['!bundler/**'],
  noExternal: [inlined, library],
  // Hosts read the whole text before anything runs; names stay, and source maps lead back. V8 reads function expressions in two thirds of the time
  // that it takes for arrow functions, which it cannot know to be functions before their arrows.
  esbuildOptions: (options) => {
    options.sourcesContent = false
    options.minifyWhitespace = true
    options.minifySyntax = true
    options.supported = { ...options.supported, arrow: false }
  },
  // Declarations of users name the types in `adjoint/shape`, which the compiler can only if every entry leads to it.
  dts: { footer: "import 'adjoint/shape'", compilerOptions: { ignoreDeprecations: '6.0' } },
  onSuccess: together,
  esbuildPlugins: [
    {
      name: 'inlined-es6-builds',
      setup: (build) => {
        build.onResolve({ filter: library }, ({ path }) => ({
          path: resolve(path.replace(library, '$1/es6/')),
          sideEffects: false
        }))
      }
    }
  ]
}

/** What bundlers load: the same modules by their ES builds, which can be shaken. */
const bundler: Options = {
  ...shared,
  format: ['esm'],
  outDir: 'dist/bundler',
  clean: true,
  // The library paths are here for the plugin, which keeps them external under another name.
  noExternal: [inlined, library],
  esbuildOptions: withoutSources,
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
