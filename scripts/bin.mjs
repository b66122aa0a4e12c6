#!/usr/bin/env node
// `vestibule` of the package: starts Vestibule, or runs a command. Files are meant relative to where it was called.
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const application = path.join(import.meta.dirname, '..', 'dist', 'package')
const isStart = process.argv.length === 2 || (process.argv.length === 3 && process.argv[2] === 'start')

if (existsSync('.env')) process.loadEnvFile('.env')
process.env.INIT_CWD = process.cwd()
process.env.DATA_DIR = path.resolve(process.env.DATA_DIR || '.data')
process.env.NODE_ENV = 'production'
process.env.NEXT_TELEMETRY_DISABLED ??= '1'
process.chdir(application)
await import(path.join(application, 'dist', isStart ? 'server.js' : 'cli.js'))
