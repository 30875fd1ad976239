/** How a workload is timed: after warming up, samples of about a millisecond or one step, whichever is longer. */
export const sorted = (xs: ReadonlyArray<number>): ReadonlyArray<number> => [...xs].sort((a, b) => a - b)

export const median = (xs: ReadonlyArray<number>): number => {
  const s = sorted(xs)
  const half = s.length >> 1
  return s.length % 2 === 1 ? s[half]! : (s[half - 1]! + s[half]!) / 2
}

export interface Timing {
  readonly medianMs: number
  readonly tenthMs: number
  readonly samples: number
}

type Step = () => unknown

/** Nothing is awaited where nothing is promised. */
const repeated = async (step: Step, times: number): Promise<number> => {
  const start = performance.now()
  for (let i = 0; i < times; i++) {
    const done = step()
    if (done instanceof Promise) await done
  }
  return performance.now() - start
}

const warmUpMs = 1200
const patienceMs = 6000
const mostSamples = 3000

/** Until the engine has compiled what is hot; slow work gets two steps. Answers the time of a step. */
const warmedUp = async (step: Step): Promise<number> => {
  const start = performance.now()
  const passed = (): number => performance.now() - start
  let count = 0
  while ((passed() < warmUpMs || count < 10) && (count < 2 || passed() < patienceMs)) {
    await repeated(step, 1)
    count++
  }
  return passed() / count
}

export const timed = async (step: Step, budgetMs: number): Promise<Timing> => {
  const stepMs = await warmedUp(step)
  const inner = Math.max(1, Math.min(2000, Math.round(1 / stepMs)))
  const least = stepMs > 3000 ? 3 : 5
  const samples: Array<number> = []
  const start = performance.now()
  while ((performance.now() - start < budgetMs && samples.length < mostSamples) || samples.length < least)
    samples.push((await repeated(step, inner)) / inner)
  return {
    medianMs: median(samples),
    tenthMs: sorted(samples)[Math.floor(samples.length / 10)]!,
    samples: samples.length
  }
}
