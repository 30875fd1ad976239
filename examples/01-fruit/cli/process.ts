import type { Learning } from '../model/Learning.js'
import { files } from './disk/files.js'
import { exits } from './exits.js'
import { run } from './run.js'
import { stopsOf } from './stops.js'
import { terminalOf } from './terminal.js'

/** Runs the command line of a process. Whatever happens, the user sees lines of text and no stack trace. */
export const runProcess = async (process: NodeJS.Process, learning: Learning): Promise<void> => {
  const [stops, terminal] = [stopsOf(process), terminalOf(process)]
  try {
    process.exitCode = await run({ files, terminal, stops, learning }, process.argv.slice(2))
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    terminal.err(`unexpected error: ${line}`)
    process.exitCode = exits.defect.code
  }
}
