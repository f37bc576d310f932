// The environment that every ssh of ours gets.

/** English sentences, to be recognised; and no window that asks for a password behind the cockpit. */
export function quietEnvironment(): Record<string, string | undefined> {
  return { ...process.env, SSH_ASKPASS: undefined, DISPLAY: undefined, LC_ALL: 'C', SSH_ASKPASS_REQUIRE: 'never' };
}
