import packageJson from '../../package.json' with { type: 'json' };
import type { Bundled } from './packages.ts';

/**
 * What the bundle is made of, as CycloneDX 1.6: who scans the image cannot see it in one module. The same bundle gives
 * the same bytes, so it has no time and no serial number.
 */
export function billOfMaterialsOf(packages: readonly Bundled[]): string {
  const { name, version, license } = packageJson;
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', ...componentOf({ name, version, license }) } },
    components: packages.map((one) => ({ type: 'library', ...componentOf(one) })),
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function componentOf({ name, version, license }: Pick<Bundled, 'name' | 'version' | 'license'>) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const [last = '', group] = name.split('/').reverse();
  return {
    'bom-ref': purl,
    ...(group === undefined ? {} : { group }),
    name: last,
    version,
    licenses: [{ expression: license }],
    purl,
  };
}
