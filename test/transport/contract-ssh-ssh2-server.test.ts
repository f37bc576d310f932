// The contract: ssh against the small ssh2 server.
import { ssh2Server } from '../support/ssh-nodes.ts';
import { describePair } from './contract-pair.ts';

describePair('ssh', ssh2Server);
