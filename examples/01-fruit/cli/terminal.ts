import { setImmediate } from 'node:timers/promises'
import { SingleBar } from 'cli-progress'
import type { EpochReport } from '../model/Learning.js'
import { duration, isMilestone, progressLine, timeLeft } from '../render/progress.js'
import { palette, type Palette } from '../render/text.js'

/** Shows how training gets on. */
export interface Meter {
  readonly show: (report: EpochReport, seconds: number) => void
  readonly stop: () => void
}

/** The outside world of a command, but for files. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly colour: Palette
  /** `done` epochs were there before. */
  readonly meter: (epochs: number, done: number) => Meter
  /** Seconds since some moment. */
  readonly now: () => number
  /** Lets signals and output be handled, as often as is needed for them to be heard soon. */
  readonly breathe: () => Promise<unknown>
}

/** One line now and then. */
export const lineMeter =
  (out: (text: string) => void) =>
  (epochs: number, done: number): Meter => ({
    show: (report, seconds) => {
      if (isMilestone(report.epoch, epochs)) out(progressLine(report, epochs, seconds, done))
    },
    stop: () => undefined
  })

/** A bar that is redrawn. Cursor and wrapping stay as they are, so that an interruption has nothing to restore. */
const barMeter =
  (stream: NodeJS.WriteStream) =>
  (epochs: number, done: number): Meter => {
    const format = 'epoch {value}/{total} {bar} loss {loss}  accuracy {accuracy}  {left} left'
    const bar = new SingleBar({
      stream,
      format,
      barsize: 30,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: null,
      linewrap: true,
      gracefulExit: false
    })
    bar.start(epochs, done, { loss: '-', accuracy: '-', left: '?' })
    return {
      show: ({ epoch, loss, accuracy }, seconds) => {
        const left = duration(timeLeft(seconds, epoch, epochs, done))
        bar.update(epoch, { loss: loss.toFixed(4), accuracy: accuracy.toFixed(4), left })
      },
      stop: () => {
        bar.stop()
      }
    }
  }

/** Milliseconds of work between two looks at what has happened outside. */
const longest = 20

const breather = (): (() => Promise<void>) => {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < longest) return
    await setImmediate()
    last = performance.now()
  }
}

/** The terminal of a process. Colours and the bar are for people: a pipe or NO_COLOR turns them off. */
export const terminalOf = (process: NodeJS.Process): Terminal => {
  const { stdout, stderr, env } = process
  const line = (stream: NodeJS.WriteStream) => (text: string) => {
    stream.write(`${text}\n`)
  }
  const interactive = stdout.isTTY && env['TERM'] !== 'dumb' && env['CI'] === undefined
  return {
    out: line(stdout),
    err: line(stderr),
    colour: palette(interactive && (env['NO_COLOR'] ?? '') === ''),
    meter: interactive ? barMeter(stdout) : lineMeter(line(stdout)),
    now: () => performance.now() / 1000,
    breathe: breather()
  }
}
