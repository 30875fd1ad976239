import type { Learning } from '../model/Learning.js'
import { files } from './files.js'
import { run } from './run.js'
import { terminalOf } from './terminal.js'

/** Runs the command line of a process. Whatever happens, the user sees lines of text and no stack trace. */
export const runProcess = async (process: NodeJS.Process, learning: Learning): Promise<void> => {
  // the reader of a pipe may stop early, as head does
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  process.once('SIGINT', () => {
    process.stderr.write('\ninterrupted\n')
    process.exit(130)
  })
  const terminal = terminalOf(process)
  try {
    process.exitCode = await run({ files, terminal, learning }, process.argv.slice(2))
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    terminal.err(`unexpected error: ${line}`)
    process.exitCode = 1
  }
}
