// `parse PROBE [FILE]`: captured output of a tool as JSON, without any node.
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { shortFile } from '../monitor/inventory-parse.ts';
import { near, choice } from '../monitor/near.ts';
import { capturedParsers } from '../probes/all.ts';
import { answerOf } from '../probes/probe.ts';
import { cleanText } from '../transport/clean.ts';
import type { Invocation } from './args.ts';
import { EXIT, refuse } from './exit-codes.ts';
import type { Refusal } from './exit-codes.ts';
import type { Io } from './io.ts';

/** More is no captured output. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Prints `{"schema":"crashcart/parse/1","probe":NAME,"answered":...}`. Exit 0 also where the tool said that it
 * could not be asked (that is a reading); 65 when the input cannot be read, or the parser cannot tell what it is.
 */
export async function parseCommand(io: Io, asked: Invocation): Promise<{ ok: true; exit: number } | Refusal> {
  const names = capturedParsers.map((parser) => parser.name);
  if (asked.list) {
    io.stdout.write(names.map((name) => `${name}\n`).join(''));
    return { ok: true, exit: EXIT.ok };
  }
  const [name, file, ...rest] = asked.words;
  const parser = capturedParsers.find((each) => each.name === name);
  if (!parser) {
    const offered = near(name ?? '', names, 12);
    return refuse(EXIT.usage, name === undefined ? `parse needs a probe; there are ${choice(offered, names.length)}` : `no probe is named "${name.slice(0, 40)}"; there ${offered.length === 1 ? 'is' : 'are'} ${choice(offered)} (crashcart parse --list)`);
  }
  if (rest.length > 0) return refuse(EXIT.usage, `parse reads one file, not ${rest.length + 1}; write: crashcart parse ${parser.name} FILE`);
  const out = await readAll(file === undefined || file === '-' ? io.stdin : createReadStream(file), file ?? 'standard input');
  if (!out.ok) return out;
  const err = asked.stderr === null ? { ok: true as const, text: '' } : await readAll(createReadStream(asked.stderr), asked.stderr);
  if (!err.ok) return err;
  const read = parser.parse(answerOf(out.text, { stderr: err.text, exit: asked.exit }));
  io.stdout.write(`${JSON.stringify({ schema: 'crashcart/parse/1', probe: parser.name, ...read })}\n`);
  if (!read.answered && isUnread(read)) return refuse(EXIT.unreadable, `${shortFile(file ?? 'standard input')} is not what ${parser.name} prints: ${read.why}`);
  return { ok: true, exit: EXIT.ok };
}

/** A parser tells apart "the tool could not be asked", which is a reading, and "this is no such output". */
function isUnread(read: object): boolean {
  return 'kind' in read && (read.kind === 'unreadable' || read.kind === 'cut');
}

async function readAll(stream: Readable, named: string): Promise<{ ok: true; text: string } | Refusal> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer | string>) {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part;
      size += bytes.length;
      if (size > MAX_BYTES) {
        stream.destroy();
        return refuse(EXIT.unreadable, `${shortFile(named)} is larger than 64 MiB; cut out the part that matters`);
      }
      parts.push(bytes);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const why = code === 'ENOENT' ? 'is not there' : code === 'EISDIR' ? 'is a folder' : code === 'EACCES' ? 'may not be read by you' : `cannot be read (${code})`;
    return refuse(EXIT.unreadable, `${shortFile(named)} ${why}; name a file with the output of the tool`);
  }
  return { ok: true, text: cleanText(Buffer.concat(parts).toString('utf8')) };
}
