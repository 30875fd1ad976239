import type { EpochReport } from '../model/Learning.js'

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export const duration = (seconds: number): string => {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** The time that the remaining epochs will take if they go on as those since the first `done`. */
export const timeLeft = (elapsed: number, epoch: number, epochs: number, done = 0): number =>
  epoch === done ? 0 : (elapsed / (epoch - done)) * (epochs - epoch)

/** One line about an epoch. */
export const progressLine = (report: EpochReport, epochs: number, elapsed: number, done = 0): string => {
  const epoch = `epoch ${String(report.epoch).padStart(String(epochs).length)}/${epochs}`
  const left = duration(timeLeft(elapsed, report.epoch, epochs, done))
  return `${epoch}  loss ${report.loss.toFixed(4)}  accuracy ${report.accuracy.toFixed(4)}  ${left} left`
}

/** Where lines are printed instead of a bar: the first epoch, the last and one in every tenth. */
export const isMilestone = (epoch: number, epochs: number): boolean =>
  epoch === 1 || Math.floor((epoch * 10) / epochs) > Math.floor(((epoch - 1) * 10) / epochs)
