import { packedSuite } from '../../suites/packed.ts';

packedSuite('cpu', 64, true);
