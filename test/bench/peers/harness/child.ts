/** Measures one workload of one peer in a process of its own: `child.js <peer> <workload> <seconds>`. The last line written is the result. */
import { isId, make } from '../data/index.js'
import type { Data } from '../data/model.js'
import type { Running } from '../peer.js'
import type { Measured } from './measured.js'
import { isName, load, type Name } from './peers.js'
import { timed } from './timing.js'

/** Losses of the first steps, and how the work goes on. */
const firstLosses = async (running: Running): Promise<ReadonlyArray<number>> => {
  const losses: Array<number> = []
  for (let i = 0; i < 4; i++) losses.push(Number(await running.run()))
  return losses
}

const compilation = ({ compileMs }: Running): Partial<Measured> =>
  compileMs === undefined ? {} : { compileMs }

const checked = async (data: Data, running: Running, first: unknown): Promise<Partial<Measured>> =>
  'expected' in data
    ? { answer: (await running.answer?.()) ?? [], expected: data.expected }
    : { losses: [Number(first), ...(await firstLosses(running))] }

const measured = async (name: Name, data: Data, budgetMs: number): Promise<Measured | undefined> => {
  const start = performance.now()
  const peer = await load(name)
  await peer.start()
  const running = peer.open(data)
  if (running === undefined) return undefined
  const first = await running.run()
  const firstStepMs = performance.now() - start
  const found = await checked(data, running, first)
  const { medianMs, tenthMs, samples } = await timed(running.run, budgetMs)
  const rssMiB = process.memoryUsage().rss / 2 ** 20
  const times = { us: 1000 * medianMs, tenthUs: 1000 * tenthMs, samples, firstStepMs }
  return { ...times, ...compilation(running), rssMiB, ...found }
}

const [name = '', id = '', seconds = '3'] = process.argv.slice(2)
if (isName(name) && isId(id)) {
  const result = await measured(name, make(id), 1000 * Number(seconds))
  process.stdout.write(`\n${JSON.stringify(result ?? null)}\n`, () => process.exit(0))
} else {
  console.error(`no peer ${name}, or no workload ${id}`)
  process.exitCode = 1
}
