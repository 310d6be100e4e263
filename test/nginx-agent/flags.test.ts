import assert from 'node:assert/strict';
import { parseCommand } from '../../src/command.ts';
import { agentHelp, parseAgentFlags } from '../../src/nginx-agent/flags.ts';
import { Failure } from '../../src/std/failure.ts';

describe('the flags of the agent', () => {
  it('name the places of a pod where nothing is said', () => {
    assert.deepEqual(parseAgentFlags([]), {
      secretDirectory: '/etc/mtls-operator/tls',
      configDirectory: '/etc/mtls-operator/config',
      place: { state: '/run/mtls-operator', form: 'whole' },
      pidFile: '/run/mtls-operator/nginx.pid',
      nginxAddress: '127.0.0.1',
      statusAddress: { host: '', port: 9180 },
      reloadTimeout: Temporal.Duration.from({ seconds: 4 }),
      logLevel: 'info',
    });
  });

  it('tell of a machine', () => {
    const flags = parseAgentFlags([
      '--nginx',
      '/usr/sbin/nginx',
      '--conf-d',
      '--pid-file',
      '/run/nginx.pid',
      '--group',
      'www-data',
    ]);
    assert.ok(!(flags instanceof Failure) && flags !== 'help');
    const { program, place, pidFile, groupName, statusAddress } = flags;
    assert.deepEqual(
      [program, place.form, pidFile, groupName],
      ['/usr/sbin/nginx', 'included', '/run/nginx.pid', 'www-data'],
    );
    assert.deepEqual(statusAddress, { host: '127.0.0.1', port: 9180 });
  });

  for (const { argv, says } of [
    { argv: ['--conf-d'], says: '--conf-d needs --nginx' },
    {
      argv: ['--nginx', '/usr/sbin/nginx', '--nginx-config', '/etc/nginx/nginx.conf'],
      says: '--nginx-config needs --conf-d',
    },
    { argv: ['--nginx', 'nginx'], says: '--nginx must be an absolute path' },
    { argv: ['--state-dir', '/run/with space'], says: '--state-dir must be a path of letters' },
    { argv: ['--state-dir', `/${'a'.repeat(96)}`], says: '--state-dir must be a path of letters' },
    { argv: ['--status-address', 'http://x'], says: '--status-address must be HOST:PORT' },
    { argv: ['--log-level', 'loud'], says: '--log-level must be one of' },
    { argv: ['--reload-timeout', '0s'], says: '--reload-timeout must be a duration' },
    { argv: ['--reload-timeout', '4'], says: '--reload-timeout must be a duration' },
    { argv: ['--nothing'], says: 'The flags of nginx-agent are not valid' },
  ]) {
    it(`are refused with a sentence: ${argv.join(' ').slice(0, 60)}`, () => {
      const refused = parseAgentFlags(argv);
      assert.ok(refused instanceof Failure && refused.message.startsWith(says), String(refused));
    });
  }

  it('are a command of the program, with a help of its own', () => {
    assert.deepEqual(parseCommand(['nginx-agent', '-h']), { kind: 'help', text: agentHelp });
    const command = parseCommand(['nginx-agent']);
    assert.ok(!(command instanceof Failure) && command.kind === 'nginx-agent');
  });
});
