// The foreground login: ssh itself asks on the terminal.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinary } from '../../src/transport/find-binary.ts';
import type { SshTarget } from '../../src/transport/session.ts';
import { unlock } from '../../src/transport/unlock.ts';
import { newLab, ssh2Server } from '../support/ssh-nodes.ts';
import type { Lab, NodeServer } from '../support/ssh-nodes.ts';
import { PtyProgram } from '../support/terminal.ts';

const script = fileURLToPath(new URL('./fixtures/unlock.ts', import.meta.url));
const hasSsh = findBinary('ssh') !== null;

describe.skipIf(!hasSsh)(`unlock${hasSsh ? '' : ' (skipped: ssh is not installed)'}`, () => {
  let lab: Lab;
  let server: NodeServer;

  beforeAll(async () => {
    lab = newLab();
    server = await ssh2Server.start(lab, { jump: true, password: 'open sesame' });
  });
  afterAll(async () => {
    await server.stop();
    lab.remove();
  });

  const begin = (target: SshTarget): PtyProgram => new PtyProgram([process.execPath, script, JSON.stringify(target)], { columns: 120, env: { SSH_AUTH_SOCK: undefined } });
  const stranger = (name: string): SshTarget => lab.target(server, { knownHostsFile: lab.file(name, '# nobody\n') });

  it('lets ssh ask for an unknown host key, and is in after yes', async () => {
    const target = stranger('yes');
    const program = begin(target);
    await program.until(/Are you sure you want to continue connecting/);
    program.key('yes\r');
    await program.until(/UNLOCKED/);
    expect(program.output).toContain(`on the node: ${server.node}`);
    expect(readFileSync(target.knownHostsFile ?? '', 'utf8')).toContain(server.hostKeyLine.split(' ')[2]);
    await program.exited;
  });

  it('asks for a password where no key fits', async () => {
    const program = begin(lab.target(server, { identityFile: `${lab.directory}/stranger` }));
    await program.until(/password:/);
    program.key('open sesame\r');
    await program.until(/UNLOCKED/);
    expect(program.output).not.toContain('sesame');
    await program.exited;
  });

  it('fails as unknown after no, and stores nothing', async () => {
    const target = stranger('no');
    const program = begin(target);
    await program.until(/Are you sure you want to continue connecting/);
    program.key('no\r');
    await program.until(/FAILED hostkey-unknown: alpha: its host key is not in known_hosts/);
    expect(readFileSync(target.knownHostsFile ?? '', 'utf8')).toBe('# nobody\n');
    await program.exited;
  });

  it('is cancelled by Ctrl-C, and the program lives on', async () => {
    const program = begin(stranger('ctrl-c'));
    await program.until(/Are you sure you want to continue connecting/);
    program.key('\u0003');
    await program.until(/FAILED cancelled: alpha: given up/);
    expect((await program.exited).code).toBe(0);
  });

  it('asks for the jump host as well', async () => {
    const target = { ...stranger('jump'), jump: `${server.user}@127.0.0.1:${server.port}` };
    const program = begin(target);
    await program.until(/Are you sure you want to continue connecting/);
    program.key('yes\r');
    // The node is the same server under the same name, so its key is known by now.
    await program.until(/UNLOCKED/);
    await program.exited;
  });

  it('says that ssh2 cannot ask', async () => {
    const connected = await unlock(lab.target(server, { transport: 'ssh2' }), { stderr: process.stderr });
    expect(connected).toMatchObject({ ok: false, failure: { kind: 'local', says: 'alpha: the inventory says transport: ssh2, which cannot ask; add its key to known_hosts and yours to the agent' } });
  });
});
