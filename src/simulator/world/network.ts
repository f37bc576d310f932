// The cables between the nodes: which are whole, and over which two nodes hear each other.

/** One cable or bond between two nodes. */
export interface SimLink {
  /** As the nodes call it: `bond0`, `eth1`, `ttyS0`. */
  name: string;
  kind: 'net' | 'serial';
  nodes: readonly [string, string];
  cut: boolean;
}

export interface Network {
  readonly links: readonly SimLink[];
  /** The link of that name, or undefined. */
  link(name: string): SimLink | undefined;
  /** Cuts or mends a link, or `all`. */
  set(name: string, cut: boolean): void;
  /** True when a word sent now from one to the other over that link arrives: not cut, and both machines alive. */
  carries(name: string, from: string, to: string): boolean;
  /** Called after every change: a cut, a mended cable, a machine that died or came back. */
  onChange(hear: () => void): void;
  /** To be called when a machine lives or dies. */
  changed(): void;
}

/** `isAlive`: whether a node's kernel answers at all. */
export function createNetwork(links: readonly Omit<SimLink, 'cut'>[], isAlive: (node: string) => boolean): Network {
  const all: SimLink[] = links.map((link) => ({ ...link, cut: false }));
  const hearers: (() => void)[] = [];
  const network: Network = {
    links: all,
    link: (name) => all.find((link) => link.name === name),
    set(name, cut) {
      for (const link of all) if (name === 'all' || link.name === name) link.cut = cut;
      network.changed();
    },
    carries(name, from, to) {
      const link = all.find((one) => one.name === name && one.nodes.includes(from) && one.nodes.includes(to));
      return link !== undefined && !link.cut && isAlive(from) && isAlive(to);
    },
    onChange: (hear) => void hearers.push(hear),
    changed() {
      for (const hear of hearers) hear();
    },
  };
  return network;
}
