#!/usr/bin/env node
import { main } from './run.mjs';

process.exitCode = await main('crashcart', process.argv.slice(2));
