import { causes, exits, type Stop } from './exits.js'

/** Signals and broken output. */
export interface Stops {
  /** From now on there is something to save: the first stop is only noted. Otherwise it ends the process. */
  readonly hold: () => void
  /** Everything is saved: a stop ends the process again. */
  readonly release: () => void
  /** The first stop that was noted. */
  readonly asked: () => Stop | undefined
}

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

/** What is needed of a process. */
export interface Host {
  readonly stdout: NodeJS.EventEmitter
  readonly stderr: NodeJS.EventEmitter & { readonly write: (text: string) => boolean }
  readonly exitCode?: number | string | null | undefined
  readonly exit: (code: number) => void
  readonly on: (signal: NodeJS.Signals, listener: () => void) => unknown
}

/** A terminal's Ctrl-C reaches this process and npm, which passes it on: within this time two signals are one. */
const echo = 250

/** Ends the process at once; an exit code that is already set says more than that nobody reads it. */
const endOf =
  (process: Host) =>
  (stop: Stop): void => {
    const known = typeof process.exitCode === 'number' ? process.exitCode : 0
    process.exit(known > 0 ? known : exits[stop].code)
  }

const failed = (error: NodeJS.ErrnoException): Stop => (error.code === 'EPIPE' ? 'EPIPE' : 'output')

/** Listens to the signals and streams of a process. A second signal ends it at once. */
export const stopsOf = (process: Host): Stops => {
  let [first, at, isHeld]: [Stop | undefined, number, boolean] = [undefined, 0, false]
  const end = endOf(process)
  const note = (stop: Stop): void => {
    ;[first, at] = [stop, performance.now()]
    if (isHeld) return
    if (stop !== 'EPIPE') process.stderr.write(`${causes[stop]}: nothing was written\n`)
    end(stop)
  }
  const signal = (stop: Stop): void => {
    if (first === undefined) note(stop)
    else if (!isHeld || performance.now() - at > echo) end(stop)
  }
  for (const name of signals) process.on(name, () => signal(name))
  // a stream that is broken says so at each write
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (first === undefined) note(failed(error))
      else if (!isHeld) end(first)
    })
  return {
    hold: () => void (isHeld = true),
    release: () => void (isHeld = false),
    asked: () => first
  }
}
