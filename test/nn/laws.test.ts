import { describe, test } from 'vitest'
import { arbitrary, layerLaws, register } from '../../laws/index.js'
import {
  dense,
  normalInitializer,
  prelu,
  relu,
  sequential,
  softmax,
  tanh,
  type Layer
} from '../../src/index.js'

const examples = arbitrary.tensor({ shape: [3], dtype: 'f32' })

type Net = Layer<unknown, ReadonlyArray<unknown>>

const layers: Readonly<Record<string, Net>> = {
  dense: dense(3, 2),
  'dense with random biases': dense(3, 3, { biases: normalInitializer(1) }),
  'no layer': sequential(),
  'a function': sequential(tanh),
  'a network': sequential(dense(3, 4), relu, sequential(prelu(), dense(4, 2)), softmax())
}

for (const [name, layer] of Object.entries(layers))
  register(layerLaws({ name, layer, arbitrary: examples }))({ describe, test })

register(layerLaws({ layer: prelu(0.3), arbitrary: examples, initial: 'constant' }))({ describe, test })
