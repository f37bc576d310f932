// Where the inventory is looked for, and which clusters the words mean.
import { describe, expect, it } from 'vitest';
import { chooseClusters, clusterOfHosts, onlyCluster } from '../../src/cli/choose-clusters.ts';
import { findInventory } from '../../src/cli/find-inventory.ts';
import { parseInventory } from '../../src/monitor/inventory-parse.ts';
import type { Inventory } from '../../src/monitor/inventory.ts';

const HOME = '/home/admin';
const LOCAL = '/here/crashcart.yaml';
const XDG = '/home/admin/.config/crashcart/crashcart.yaml';
const ETC = '/etc/crashcart/crashcart.yaml';

describe('the order of places', () => {
  it.each<[string, { given?: string; env?: Record<string, string>; there: string[] }, string | null]>([
    ['the option first', { given: 'x.yaml', env: { CRASHCART_INVENTORY: 'y.yaml' }, there: [LOCAL, XDG, ETC] }, 'x.yaml'],
    ['the variable next', { env: { CRASHCART_INVENTORY: 'y.yaml' }, there: [LOCAL, XDG, ETC] }, 'y.yaml'],
    ['a named file also when it is not there', { given: 'x.yaml', there: [ETC] }, 'x.yaml'],
    ['an empty variable is none', { env: { CRASHCART_INVENTORY: '' }, there: [LOCAL] }, './crashcart.yaml'],
    ['then the current folder', { there: [LOCAL, XDG, ETC] }, './crashcart.yaml'],
    ['then the configuration of the user', { there: [XDG, ETC] }, XDG],
    ['where XDG says', { env: { XDG_CONFIG_HOME: '/x' }, there: ['/x/crashcart/crashcart.yaml', XDG] }, '/x/crashcart/crashcart.yaml'],
    ['a relative XDG does not count', { env: { XDG_CONFIG_HOME: 'x' }, there: [XDG] }, XDG],
    ['then the machine', { there: [ETC] }, ETC],
    ['nothing', { there: [] }, null],
    ['a checkout takes the current folder', { env: { CRASHCART_CHECKOUT: '1' }, there: [LOCAL, ETC] }, './crashcart.yaml'],
    ['a checkout never takes the production inventory', { env: { CRASHCART_CHECKOUT: '1' }, there: [XDG, ETC] }, null],
  ])('%s', (_name, { given, env, there }, wanted) => {
    const found = findInventory({ given: given ?? null, env: env ?? {}, cwd: '/here', home: HOME }, (file) => there.includes(file));
    expect(found.file).toBe(wanted);
  });
});

function inventory(text: string): Inventory {
  const read = parseInventory(text, 'f.yaml');
  if (!read.ok) throw new Error(read.says);
  return read.inventory;
}

describe('the words', () => {
  const two = inventory('clusters:\n  perugia: { nodes: [alpha, bravo] }\n  homer: { nodes: [skylla, status] }\n');
  const names = (words: string[]): string[] | string => {
    const chosen = chooseClusters(two, words);
    return chosen.ok ? chosen.clusters.map((cluster) => cluster.config.name) : chosen.says;
  };
  it.each<[string[], string[] | string]>([
    [[], ['perugia', 'homer']],
    [['homer'], ['homer']],
    [['bravo'], ['perugia']],
    [['status'], ['homer']],
    [['homer', 'alpha'], ['perugia', 'homer']],
    [['brvao'], 'no cluster or node is named "brvao" in f.yaml; there is bravo'],
    [['10.1.2.3'], 'no cluster or node is named "10.1.2.3" in f.yaml; there are perugia, homer, alpha, bravo, skylla or status'],
  ])('%j', (words, wanted) => {
    expect(names(words)).toEqual(wanted);
  });

  it('the cockpit shows one cluster, and names them where there are more', () => {
    expect(onlyCluster(two.clusters)).toEqual({ ok: false, exit: 64, says: 'there are 2 clusters and the cockpit shows one; name it: crashcart perugia or homer' });
    expect(onlyCluster(two.clusters.slice(0, 1))).toMatchObject({ ok: true });
  });

  it('without an inventory are hosts', () => {
    expect(clusterOfHosts(['alpha', 'root@bravo'])).toMatchObject({
      ok: true,
      inventory: { file: null, clusters: [{ config: { name: 'alpha+bravo', manager: 'auto' }, nodes: [{ name: 'alpha', target: { host: 'alpha' } }, { name: 'bravo', target: { host: 'bravo', user: 'root' } }] }] },
    });
  });

  it.each([[['-oProxyCommand=x']], [['a b']], [['@a']], [['-x@a']], [['a', 'a']], [['a', 'root@a']]])('%j cannot be hosts', (words) => {
    expect(clusterOfHosts(words)).toMatchObject({ ok: false, exit: 64 });
  });
});
