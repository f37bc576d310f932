// Over which cable an address of a node speaks: by the node's own /etc/network/interfaces.
import type { SimNode } from '../shapes.ts';

/** The interface that has an address (`192.168.1.23` or `192.168.1.23:7788`), or null. The world's link has the same name. */
export function linkOf(node: SimNode, address: string): string | null {
  const wanted = address.split(':')[0] ?? '';
  let current: string | null = null;
  for (const line of (node.files.read('/etc/network/interfaces') ?? '').split('\n')) {
    const [word = '', value = ''] = line.trim().split(/\s+/);
    if (word === 'iface') current = value;
    else if (word === 'address' && value === wanted) return current;
  }
  return null;
}
