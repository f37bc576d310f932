// The help text: every command, option and exit code.

export const HELP = `crashcart: a cockpit for small HA virtualisation clusters; nothing is installed on the nodes.

  crashcart [CLUSTER or NODE...]     the cockpit; without an inventory the words are SSH hosts
  crashcart demo [homer] [--list]    the cockpit on two simulated nodes; nothing to set up
  crashcart status [--json] [--oneline] [CLUSTER or NODE...]
                                     one look: exit 0 ok, 1 warning, 2 critical, 3 unknown
  crashcart watch --json [CLUSTER or NODE...]
                                     a line of JSON per event, until it is interrupted
  crashcart parse PROBE [FILE] [--exit N] [--stderr FILE]
                                     captured output of a tool as JSON; --list names the probes
  crashcart doctor [--json] [CLUSTER or NODE...]
                                     access, privileges, tools, versions, clocks, logs; how to mend

  --inventory FILE                   else $CRASHCART_INVENTORY, ./crashcart.yaml,
                                     ~/.config/crashcart/crashcart.yaml, /etc/crashcart/crashcart.yaml
  --color auto|always|never          NO_COLOR is honoured
  --ascii                            no character beyond ASCII
  --size COLUMNSxROWS                the cockpit in that size
  --help, --version

The first word is a command if it is one; after -- it is a node: crashcart -- status
Exit: 64 usage, 65 unreadable input of parse, 70 a fault of crashcart itself, 78 bad inventory.
`;
