import { packedSuite } from '../suites/packed.ts';

packedSuite('webgpu', 31, false);
