import { referencesOfSpecs } from './references.ts';

describe('references of a spec', () => referencesOfSpecs());
