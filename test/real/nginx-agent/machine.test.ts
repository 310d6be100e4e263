import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../../../deploy/local/processes/child.ts';
import { nginxVersions } from '../nginx/versions.ts';
import { Rig } from './rig.ts';

for (const { version, ensure } of nginxVersions) {
  describe(`the agent on a machine with an nginx.conf of its own, ${version}`, () => {
    let rig: Rig;
    let main: string;
    const leaf = () => rig.ca.issue();
    before(async function () {
      this.timeout(600_000);
      rig = new Rig((await ensure()) ?? 'nginx');
      await rig.prepare();
      main = join(rig.directory, 'nginx.conf');
      writeFileSync(main, mainConfig(rig));
    });
    after(() => rig.close());

    const served = async (body: string) => {
      const result = await rig.probe('/hello');
      assert.ok(result.kind === 'answered', JSON.stringify(result));
      assert.equal(result.body, body);
    };

    it('says what is missing while nginx.conf does not include the release', async () => {
      rig.publish({ leaf: leaf() });
      rig.startAgent({ flags: rig.machineFlags(main) });
      await rig.until(({ reason }) => reason === 'NginxNotRunning');
      const logFile = join(rig.directory, 'nginx.log');
      rig.nginx = startChild({ name: 'nginx', command: rig.program, args: ['-c', main, '-e', 'stderr'], logFile });
      await rig.until(({ message }) => message === 'No worker of NGINX answers the agent');
    });

    it('takes up the release once it is included', async () => {
      writeFileSync(main, mainConfig(rig, `include ${rig.state}/current/mtls.conf;`));
      rig.hangUp();
      await rig.until(({ ready }) => ready);
      await served('Hello API7!');
      rig.publish({ leaf: leaf(), body: 'Hello again' });
      const wanted = await rig.wantedId('included');
      await rig.until(({ ready, current }) => ready && current?.id === wanted);
      await served('Hello again');
    });

    it('goes back before any signal where the whole configuration is rejected with the release', async () => {
      const { reloads } = rig;
      // By somebody else, after the release was tested by itself.
      appendFileSync(main, 'nonsense;\n');
      rig.publish({ leaf: leaf(), body: 'Never' });
      const status = await rig.until(({ reason, state }) => reason === 'RejectedByNginx' && state === 'blocked');
      assert.match(status.message, /unknown directive "nonsense"/);
      assert.equal(status.current?.id, status.good);
      assert.equal(rig.reloads, reloads);
      await served('Hello again');
    });

    it('goes on by itself when somebody has mended it', async () => {
      writeFileSync(main, readFileSync(main, 'utf8').replace('nonsense;\n', ''));
      rig.publish({ leaf: leaf(), body: 'Mended' });
      const wanted = await rig.wantedId('included');
      await rig.until(({ ready, current }) => ready && current?.id === wanted, 45);
      await served('Mended');
    });
  });
}

/** Of a machine: it has other things to do, and its workers are nobody's. */
function mainConfig(rig: Rig, include = ''): string {
  const user = process.getuid?.() === 0 ? 'user nobody nogroup;\n' : '';
  const temp = join(rig.directory, 'temp');
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${temp}/${kind};`,
  );
  return `${user}daemon off;
pid ${rig.state}/nginx.pid;
events {
}
http {
    access_log off;
    ${paths.join('\n    ')}
    ${include}
}
`;
}
