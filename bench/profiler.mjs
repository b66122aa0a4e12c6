// Loaded into a server by `npm run bench -- profile`: SIGUSR2 begins a profile of its CPU, and the next one writes it.
import { renameSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import process from 'node:process'

const session = new Session()
const { PROFILE_FILE: file } = process.env

process.once('SIGUSR2', async () => {
  process.once('SIGUSR2', async () => {
    const { profile } = await session.post('Profiler.stop')
    writeFileSync(`${file}.part`, JSON.stringify(profile))
    // Whoever waits for it finds all of it.
    renameSync(`${file}.part`, file)
  })
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
})
