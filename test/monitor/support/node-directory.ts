// A node that is a directory: files and programs under it, reached by the seam `r`.
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class NodeDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'crashcart-node-'));

  constructor() {
    mkdirSync(join(this.path, 'bin'));
  }

  /** The environment of its shells: its own programs first, then the plain ones; nobody's .bashrc. */
  get env(): Record<string, string> {
    return { r: this.path, PATH: `${this.path}/bin:/usr/bin:/bin`, HOME: this.path };
  }

  real(file: string): string {
    return join(this.path, file);
  }

  write(file: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.real(file)), { recursive: true });
    writeFileSync(this.real(file), content);
  }

  append(file: string, content: string | Uint8Array): void {
    appendFileSync(this.real(file), content);
  }

  rename(from: string, to: string): void {
    renameSync(this.real(from), this.real(to));
  }

  remove(file: string): void {
    rmSync(this.real(file), { recursive: true });
  }

  /** A program of the node, as a shell script. */
  program(name: string, script: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(this.real(`bin/${name}`), 0o755);
  }

  dispose(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
