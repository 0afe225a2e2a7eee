/** Refuses what Biome cannot see: imports that climb, files that outgrow their limit, names that are not kebab-case. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const LAYERS = ['client', 'ui', 'features', 'app'];
const LINES_MAX = { '.tsx': 250, '.ts': 400 } as const;
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.(tsx?|css|svg)$/;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

/** The layer of a file and, inside features, its module. */
function placeOf(path: string): { layer: string; module?: string } {
  const [layer = '', module] = path.split(sep);
  return layer === 'features' ? { layer, module } : { layer };
}

function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('@/')) return normalize(specifier.slice(2));
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier));
  return undefined;
}

function climbs(file: string, specifier: string): string | undefined {
  const target = targetOf(file, specifier);
  if (target === undefined) return undefined;
  const from = placeOf(file);
  const to = placeOf(target);
  if (!LAYERS.includes(from.layer) || !LAYERS.includes(to.layer)) return undefined;
  if (LAYERS.indexOf(to.layer) > LAYERS.indexOf(from.layer))
    return `${from.layer} may not import ${to.layer}`;
  if (from.layer === 'features' && to.layer === 'features' && from.module !== to.module)
    return `feature ${from.module} may not import feature ${to.module}`;
  return undefined;
}

function faultsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const name = file.split(sep).at(-1) ?? '';
  const faults: string[] = [];
  if (!KEBAB.test(name)) faults.push('file names are kebab-case');
  if (name === 'schema.d.ts') return faults;
  const limit = file.endsWith('.tsx') ? LINES_MAX['.tsx'] : LINES_MAX['.ts'];
  const lines = text.split('\n').length;
  if (lines > limit) faults.push(`${lines} lines, the limit is ${limit}`);
  const isTest = /\.test\.tsx?$/.test(name);
  for (const [, specifier = ''] of text.matchAll(IMPORT)) {
    const fault = isTest ? undefined : climbs(file, specifier);
    if (fault) faults.push(`${fault} (${specifier})`);
  }
  return faults;
}

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, join(entry.parentPath, entry.name)));
const faults = files.flatMap((file) => faultsOf(file).map((fault) => `src/${file}: ${fault}`));
for (const fault of faults) console.error(fault);
console.log(`house: ${files.length} files, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
