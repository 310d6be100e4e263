import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ensureClientPrograms } from '../../../deploy/local/install/client-programs.ts';
import { installPackages } from '../../../deploy/local/install/debian.ts';
import { findOnPath } from '../../../deploy/local/install/programs.ts';
import { ensureGoVerifier } from './go-verifier.ts';

export interface IssuedChain {
  readonly rootPem: string;
  readonly leafPem: string;
  readonly role: 'server' | 'client';
  /** Names that the leaf shall be good for, without wildcards. */
  readonly hosts: readonly string[];
}

/** Undefined where the chain is accepted, else what the verifier says. All of them judge at the time of the machine. */
type Verifier = (chain: IssuedChain) => Promise<string | undefined>;

/** The strictest that there are, each of another make. */
export interface Verifiers {
  readonly verify: Readonly<Record<'OpenSSL' | 'GnuTLS' | 'Go' | 'node', Verifier>>;
  readonly close: () => Promise<void>;
}

const purposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

/** Installs what is missing; throws where that is not possible. */
export async function startVerifiers(): Promise<Verifiers> {
  const progress = () => {};
  const { openssl } = await ensureClientPrograms(progress);
  if (findOnPath('certtool') === undefined)
    await installPackages(['gnutls-bin'], { because: 'certtool cannot be found', progress });
  const goVerifier = await ensureGoVerifier(progress);
  const directory = await mkdtemp(join(tmpdir(), 'verifiers-'));

  const run = async (command: string, ...parameters: readonly string[]) => {
    const { failed, all } = await execa(command, parameters, { cwd: directory, reject: false, all: true });
    return failed ? all : undefined;
  };
  /** Gives the program files of its own, as several run at a time. */
  let count = 0;
  const onFiles =
    (program: (root: string, leaf: string, chain: IssuedChain) => ReturnType<Verifier>): Verifier =>
    async (chain) => {
      const [root, leaf] = [`${++count}.root`, `${count}.leaf`];
      await writeFile(join(directory, root), chain.rootPem);
      await writeFile(join(directory, leaf), chain.leafPem);
      return program(root, leaf, chain);
    };

  return {
    verify: {
      OpenSSL: onFiles((root, leaf, { role, hosts }) => {
        const name = hosts.slice(0, 1).flatMap((host) => ['-verify_hostname', host]);
        return run(openssl, 'verify', '-x509_strict', '-purpose', `ssl${role}`, ...name, '-CAfile', root, leaf);
      }),
      GnuTLS: onFiles((root, leaf, { role, hosts }) => {
        const name = hosts.slice(0, 1).map((host) => `--verify-hostname=${host}`);
        const trust = ['--load-ca-certificate', root, '--infile', leaf];
        return run('certtool', '--verify', ...trust, `--verify-purpose=${purposes[role]}`, ...name);
      }),
      Go: onFiles((root, leaf, { role, hosts }) => run(goVerifier, root, leaf, role, ...hosts)),
      node: verifyInNode,
    },
    close: () => rm(directory, { recursive: true }),
  };
}

async function verifyInNode({ rootPem, leafPem, role, hosts }: IssuedChain): Promise<string | undefined> {
  const [root, leaf] = [new X509Certificate(rootPem), new X509Certificate(leafPem)];
  if (!leaf.checkIssued(root) || !leaf.verify(root.publicKey)) return 'not issued by the root';
  if (leaf.keyUsage?.join() !== purposes[role]) return 'unsuitable purpose';
  return hosts.every((host) => leaf.checkHost(host)) ? undefined : 'another host';
}
