import { describe, test } from 'vitest'
import { engineLaws, register } from '../../laws/index.js'
import { reference } from '../../src/numeric/compile.js'
import { wasm } from '../../src/index.js'

/** Functions are within 2 ulp of the exact value in both engines. */
const claims = { ulps: 4, lacks: ['Custom', 'Project'] } as const

register(engineLaws(reference, wasm, claims))({ describe, test })
