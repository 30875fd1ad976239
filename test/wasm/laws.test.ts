import { describe, test } from 'vitest'
import { engineLaws, register } from '../../laws/index.js'
import { reference, wasm } from '../../src/numeric/compile.js'

/** Functions are within 2 ulp of the exact value in both engines. */
const claims = { ulps: 4, lacks: ['Custom', 'Project'] } as const

register(engineLaws(reference, wasm, claims))({ describe, test })
