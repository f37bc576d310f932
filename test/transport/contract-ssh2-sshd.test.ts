// The contract: ssh2 against the sshd of OpenSSH.
import { openSshd } from '../support/ssh-nodes.ts';
import { describePair } from './contract-pair.ts';

describePair('ssh2', openSshd);
