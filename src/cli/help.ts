// The help text: every command, option and exit code, within 80 columns.

export const HELP = `crashcart: a cockpit for small HA virtualisation clusters. It comes by SSH;
nothing is installed on the nodes.

  crashcart [CLUSTER or NODE...]    the cockpit
  crashcart demo [SCENE]            the cockpit on a simulated cluster, nothing
      [--hurry N] [--seed N]        to set up; --list names the scenes, --hurry
      [--drill NAME] [--serve]      makes it N times as fast, --drill breaks
                                    something, --serve is for programs
  crashcart status [CLUSTER or NODE...]
      [--json] [--oneline]          one look: exit 0 ok, 1 warning,
                                    2 critical, 3 unknown
  crashcart watch --json [CLUSTER or NODE...]
                                    a line of JSON per event
  crashcart parse PROBE [FILE]      captured output of a tool as JSON
      [--exit N] [--stderr FILE]    (its exit status, what it wrote to stderr);
                                    --list names the probes
  crashcart doctor [CLUSTER or NODE...]
      [--json]                      access, privileges, tools, versions,
                                    clocks, logs, and how to mend them

  --inventory FILE                  else $CRASHCART_INVENTORY, ./crashcart.yaml,
                                    ~/.config/crashcart/crashcart.yaml,
                                    /etc/crashcart/crashcart.yaml; without any
                                    the words are SSH hosts
  --color auto|always|never         NO_COLOR is honoured
  --ascii                           no character beyond ASCII
  --size COLUMNSxROWS               the cockpit in that size
  --help, --version

The first word is a command if it is one; after -- it is a node:
  crashcart -- status
Exit: 64 usage, 65 unreadable input of parse, 70 a fault of crashcart itself,
78 bad inventory.
`;
