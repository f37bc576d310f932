import { expect, it } from 'vitest';
import { PtyProgram } from './terminal.ts';

it('shows what a person sees, not the bytes', async () => {
  const program = new PtyProgram(['/bin/sh', '-c', 'printf "\\033[?1049h\\033[?25lone\\033[3Gtwo"; read line; printf "\\033[?1049l\\033[?25h"; exit 7'], { columns: 20, rows: 5 });
  await program.until(/^ontwo$/m);
  expect(program.state()).toEqual({ alternateScreen: true, cursorHidden: true });
  program.key('x\r');
  expect(await program.exited).toMatchObject({ code: 7 });
  expect(program.state()).toEqual({ alternateScreen: false, cursorHidden: false });
});

it('says what was on the screen when it gives up', async () => {
  const program = new PtyProgram(['/bin/sh', '-c', 'echo hello; read line']);
  await expect(program.until(/goodbye/, 50)).rejects.toThrow(/hello/);
  program.kill('SIGKILL');
  await program.exited;
});
