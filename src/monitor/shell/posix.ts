// Shell text as a template: backslashes stay, `\${` is the shell's own `${`, and `${...}` is ours.

/** A POSIX shell text. Only constants of ours may be put in; data goes to a shell by stdin. */
export function posix(strings: TemplateStringsArray, ...values: (string | number)[]): string {
  return String.raw(strings, ...values).replaceAll('\\${', '${');
}
