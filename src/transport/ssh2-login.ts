// How ssh2 proves who we are: one round, each method and each key at most once, then it is the operator's turn.
import { readFile } from 'node:fs/promises';
import ssh2 from 'ssh2';
import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, IdentityCallback, NextAuthHandler, ParsedKey } from 'ssh2';
import type { Secrets } from './session.ts';
import type { SshSettings } from './ssh-config.ts';

/** What there is to log in with. */
export interface Credentials {
  keys: ParsedKey[];
  agent: ssh2.BaseAgent<ParsedKey> | null;
  secrets: Secrets;
  /** What could not be used, and why: said when the login fails. */
  notes: string[];
}

/** Reads the identity files; those that are missing or locked are passed over with a note. */
export async function credentials(settings: SshSettings, secrets: Secrets): Promise<Credentials> {
  const notes: string[] = [];
  const keys: ParsedKey[] = [];
  const wanted: Buffer[] = [];
  for (const file of settings.identityFiles) {
    const text = await contents(file, notes);
    const key = text === null ? null : parsed(text);
    if (key instanceof Error) notes.push(/encrypted|passphrase/i.test(key.message) ? `${file} has a passphrase: ssh-add it` : `${file} cannot be used: ${key.message}`);
    else if (key?.isPrivateKey() === true) keys.push(key);
    wanted.push(...publicPart(key), ...publicPart(parsed((await contents(`${file}.pub`, [])) ?? '')));
  }
  const isWanted = (key: ParsedKey): boolean => !settings.identitiesOnly || wanted.some((one) => one.equals(key.getPublicSSH()));
  return { keys, agent: settings.agent === null ? null : new ChosenKeys(settings.agent, isWanted), secrets, notes };
}

/** The methods in their order, for ssh2's authHandler: a question first, as ssh does, to learn what is accepted. */
export function authHandler(user: string, own: Credentials): AuthHandlerMiddleware {
  const password = own.secrets.password?.reveal();
  const steps: { method: AuthenticationType; auth: AnyAuthMethod }[] = [
    ...(own.agent ? [{ method: 'publickey' as const, auth: { type: 'agent' as const, username: user, agent: own.agent } }] : []),
    ...own.keys.map((key) => ({ method: 'publickey' as const, auth: { type: 'publickey' as const, username: user, key } })),
    ...(password === undefined ? [] : [{ method: 'password' as const, auth: { type: 'password' as const, username: user, password } }]),
    ...(password === undefined ? [] : [{ method: 'keyboard-interactive' as const, auth: byKeyboard(user, password) }]),
  ];
  let isPasswordSpent = false;
  // ssh2's types leave out that the first call has no list, and that false means that nothing is left to try.
  return (left: AuthenticationType[] | null, _partial, choose: NextAuthHandler) => {
    const next = choose as (method: AnyAuthMethod | false) => void;
    if (left === null) return next({ type: 'none', username: user });
    for (let step = steps.shift(); step; step = steps.shift()) {
      const isPassword = step.method !== 'publickey';
      // A password is sent once, by whichever of the two ways the server has.
      if (!left.includes(step.method) || (isPassword && isPasswordSpent)) continue;
      isPasswordSpent ||= isPassword;
      return next(step.auth);
    }
    return next(false);
  };
}

/** Answers the one hidden question with the password; anything else (a one-time code) we cannot know. */
function byKeyboard(username: string, password: string): AnyAuthMethod {
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.length === 1 && prompts[0]?.echo !== true ? [password] : prompts.map(() => '')),
  };
}

/** An agent of which only some keys are offered (IdentitiesOnly). An agent that does not answer has no keys. */
class ChosenKeys extends ssh2.OpenSSHAgent {
  readonly isWanted: (key: ParsedKey) => boolean;

  constructor(socket: string, isWanted: (key: ParsedKey) => boolean) {
    super(socket);
    this.isWanted = isWanted;
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    super.getIdentities((error, keys) => (error ? done(error) : done(null, (keys ?? []).filter((key) => 'getPublicSSH' in key && this.isWanted(key)))));
  }
}

function parsed(text: string): ParsedKey | Error {
  const key: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text);
  return Array.isArray(key) ? (key[0] ?? new Error('no key in it')) : key;
}

function publicPart(key: ParsedKey | Error | null): Buffer[] {
  return key === null || key instanceof Error ? [] : [key.getPublicSSH()];
}

async function contents(file: string, notes: string[]): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') notes.push(`${file} cannot be read (${code ?? 'no reason given'})`);
    return null;
  }
}
