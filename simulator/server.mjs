#!/usr/bin/env node
/**
 * The platform simulator: the wallet app's mini program runtime for testers, as a page on 127.0.0.1.
 * `node simulator/server.mjs --port N --merchant ORIGIN --wallet ORIGIN --miniprogram DIR`
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem } from './compile/problems.js';
import { makeServer } from './server/http.js';
import { USAGE, readOptions } from './server/options.js';
import { Program } from './server/program.js';
import { Transcript } from './server/transcript.js';

const log = (text) => console.error(`simulator: ${text}`);

function stop(code, text) {
  log(text);
  process.exit(code);
}

const read = readOptions(process.argv.slice(2));
if ('problem' in read) stop(2, `${read.problem}\n\n${USAGE}`);
const { options } = read;
if (!existsSync(join(options.miniprogram, 'app.json')))
  stop(1, `${options.miniprogram} is no mini program: it has no app.json`);

const program = new Program(options.miniprogram);
program.onBuild(({ problems, compiled }) => {
  if (problems.length)
    log(
      `the mini program has ${problems.length} problem${problems.length === 1 ? '' : 's'}\n\n${problems.map(formatProblem).join('\n\n')}\n`,
    );
  else log(`compiled ${compiled.manifest.pages.length} pages`);
});
await program.refresh();
const missing = program.problems.find(({ code }) => code === 'missing-package');
if (missing && !program.compiled) stop(1, missing.message);

const server = makeServer({ options, program, transcript: new Transcript(Date.now), log });
server.on('error', (error) => {
  if (error.code === 'EADDRINUSE')
    stop(1, `port ${options.port} is in use; stop what runs there or choose another --port`);
  stop(1, `cannot listen on port ${options.port}: ${error.message}`);
});
server.listen(options.port, '127.0.0.1', () => {
  console.log(`platform simulator: http://127.0.0.1:${server.address().port}/`);
  if (options.watch) program.startWatching((error) => log(`watching stopped working: ${error.message}`));
});

function shutDown() {
  program.stopWatching();
  server.close(() => process.exit(0));
  server.closeAllConnections();
}
process.once('SIGTERM', shutDown);
process.once('SIGINT', shutDown);
