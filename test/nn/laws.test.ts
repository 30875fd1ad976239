import { describe, test } from 'vitest'
import { arbitrary, layerLaws, register } from '../../laws/index.js'
import { softmax, tanh } from '../../src/index.js'
import {
  averagePooling,
  convolution,
  dense,
  flatten,
  maxPooling,
  normalInitializer,
  prelu,
  relu,
  sequential,
  type Layer
} from '../../src/nn/index.js'

const examples = arbitrary.tensor({ shape: [3], dtype: 'f32' })

type Net = Layer<unknown, ReadonlyArray<unknown>>

const layers: Readonly<Record<string, Net>> = {
  dense: dense(3, 2),
  'dense with random biases': dense(3, 3, { biases: normalInitializer(1) }),
  'no layer': sequential(),
  'a function': sequential(tanh),
  'a network': sequential(dense(3, 4), relu, sequential(prelu(), dense(4, 2)), softmax())
}

const images = arbitrary.tensor({ shape: [4, 5, 2], dtype: 'f32' })

const ofImages: Readonly<Record<string, Net>> = {
  convolution: convolution(2, 3, [3, 2]),
  'a convolution with strides and random biases': convolution(2, 2, [2, 2], {
    padding: 'same',
    strides: 2,
    biases: normalInitializer(1)
  }),
  'largest of windows': maxPooling([2, 2], { strides: 1 }),
  'means of windows': averagePooling([2, 2], { padding: 'same' }),
  flatten,
  'a network of windows': sequential(
    convolution(2, 3, [3, 3]),
    tanh,
    maxPooling([2, 1]),
    flatten,
    dense(9, 2)
  )
}

for (const [name, layer] of Object.entries(ofImages))
  register(layerLaws({ name, layer, arbitrary: images }))({ describe, test })

for (const [name, layer] of Object.entries(layers))
  register(layerLaws({ name, layer, arbitrary: examples }))({ describe, test })

register(layerLaws({ layer: prelu(0.3), arbitrary: examples, initial: 'constant' }))({ describe, test })
