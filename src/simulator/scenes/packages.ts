// dpkg-query of a scene's machines, for the packages the scene names.
import { instant } from '../world/command.ts';
import type { Command } from '../world/shapes.ts';

/** `dpkg-query -W [-f FORMAT] NAME...`, by its path; 1 where one of the names is not installed, as in life. */
export function packageCommands(installed: Readonly<Record<string, string>>): Record<string, Command> {
  const query = instant((argv) => {
    const at = argv.indexOf('-f');
    const format = at >= 0 ? argv[at + 1] ?? '' : '${Package}\\t${Version}\\n';
    const asked = argv.filter((word, index) => !word.startsWith('-') && (at < 0 || index !== at + 1));
    const row = (name: string): string => Object.entries({ '${Package}': name, '${Version}': installed[name] ?? '', '${Status}': 'install ok installed', '\\t': '\t', '\\n': '\n' })
      .reduce((text, [from, to]) => text.replaceAll(from, () => to), format);
    const missing = asked.filter((name) => !(name in installed));
    return {
      stdout: (asked.length === 0 ? Object.keys(installed) : asked.filter((name) => name in installed)).map(row).join(''),
      stderr: missing.map((name) => `No packages found matching ${name}.\n`).join(''),
      exit: missing.length === 0 ? 0 : 1,
    };
  });
  return { '/usr/bin/dpkg-query': query };
}
