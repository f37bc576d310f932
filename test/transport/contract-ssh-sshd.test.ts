// The contract: ssh against the sshd of OpenSSH.
import { openSshd } from '../support/ssh-nodes.ts';
import { describePair } from './contract-pair.ts';

describePair('ssh', openSshd);
