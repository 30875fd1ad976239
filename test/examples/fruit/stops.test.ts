import { EventEmitter } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { exits, type Stop } from '../../../examples/01-fruit/cli/exits.js'
import { type Host, stopsOf } from '../../../examples/01-fruit/cli/stops.js'
import { command } from './world.js'

/** Signals and broken streams, of a process that only notes how it is ended. */

interface Fake {
  readonly host: Host & EventEmitter
  readonly ends: ReadonlyArray<number>
  readonly said: ReadonlyArray<string>
  readonly fail: (code: string) => void
}

const fake = (exitCode?: number): Fake => {
  const [ends, said]: [Array<number>, Array<string>] = [[], []]
  const [stdout, stderr] = [new EventEmitter(), new EventEmitter()]
  const host = Object.assign(new EventEmitter(), {
    stdout,
    stderr: Object.assign(stderr, { write: (text: string) => said.push(text) > 0 }),
    exitCode,
    exit: (code: number) => void ends.push(code)
  })
  return { host, ends, said, fail: (code) => stdout.emit('error', Object.assign(new Error(code), { code })) }
}

const signals: ReadonlyArray<readonly [Stop, number]> = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143]
]

describe.each(signals)('%s', (signal, code) => {
  it('ends a process that has nothing to save', () => {
    const { host, ends, said } = fake()
    stopsOf(host)
    host.emit(signal)
    expect(ends).toEqual([code])
    expect(said.join('')).toMatch(/^[^\n]+: nothing was written\n$/)
  })

  it('is noted while there is something to save, and ends the process when it comes again', async () => {
    const { host, ends } = fake()
    const stops = stopsOf(host)
    stops.hold()
    expect(stops.asked()).toBeUndefined()
    host.emit(signal)
    expect(stops.asked()).toBe(signal)
    // npm passes on what the terminal sent to both
    host.emit(signal)
    expect(ends).toEqual([])
    await setTimeout(300)
    host.emit(signal)
    expect(ends).toEqual([code])
  })

  it('ends a process at once that has saved all', () => {
    const { host, ends } = fake()
    const stops = stopsOf(host)
    stops.hold()
    stops.release()
    host.emit(signal)
    expect(ends).toEqual([code])
  })
})

describe('a stream that breaks', () => {
  it('is noted once while there is something to save', () => {
    const { host, ends, fail } = fake()
    const stops = stopsOf(host)
    stops.hold()
    fail('EPIPE')
    fail('EPIPE')
    host.stderr.emit('error', Object.assign(new Error(''), { code: 'EPIPE' }))
    expect([stops.asked(), ends]).toEqual(['EPIPE', []])
  })

  it('is not success, quietly for a reader that has gone', () => {
    const [gone, full, refused] = [fake(), fake(), fake(1)]
    for (const { host } of [gone, full, refused]) stopsOf(host)
    gone.fail('EPIPE')
    full.fail('ENOSPC')
    refused.fail('EPIPE')
    expect([gone.ends, gone.said]).toEqual([[141], []])
    expect([full.ends, full.said]).toEqual([[4], ['the output could not be written: nothing was written\n']])
    expect(refused.ends).toEqual([1])
  })
})

describe('exit codes', () => {
  it('are all in --help and on the page of the example', async () => {
    const help = (await command(['--help'])).out.join(' ').replaceAll(/\s+/g, ' ')
    const page = readFileSync(
      new URL('../../../examples/01-fruit/README.md', import.meta.url),
      'utf8'
    ).replaceAll(/ +/g, ' ')
    for (const { code, means } of Object.values(exits)) {
      expect(help).toContain(` ${code} ${means}`)
      expect(page).toContain(`| ${code} | ${means} |`)
    }
    expect(new Set(Object.values(exits).map(({ code }) => code)).size).toBe(Object.keys(exits).length)
  })
})
