/** The part of the WebAssembly interface that the engine uses; it is the same in Node and browsers, whose type libraries are not. */
export interface Memory {
  readonly buffer: ArrayBuffer
}

interface Instance {
  readonly exports: Readonly<Record<string, unknown>>
}

interface Host {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => Instance
  readonly validate: (bytes: Uint8Array) => boolean
}

const host = (): Host => Reflect.get(globalThis, 'WebAssembly') as Host

/** A module ready to run. */
export interface Machine {
  readonly memory: Memory
  /** Runs the kernels. */
  readonly step: () => void
  /** Makes results that are carried the arguments of the next run. */
  readonly commit: () => void
}

export const machineOf = (bytes: Uint8Array): Machine => {
  const { Instance, Module } = host()
  const { exports } = new Instance(new Module(bytes))
  return {
    memory: exports['memory'] as Memory,
    step: exports['step'] as () => void,
    commit: exports['commit'] as () => void
  }
}
