/** The engine with other passes. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Engine } from '../../src/index.js'
import type { Passes } from '../../src/wasm/compile/compile.js'
import { compileModule, loaded } from '../../src/wasm/index.js'

export const engineWith = (passes: Partial<Passes>): Engine => ({
  name: 'wasm',
  compile: (region) => pipe(compileModule(region, passes), E.chain(loaded))
})
