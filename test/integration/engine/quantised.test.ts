import { quantisedSuite } from '../../suites/quantised.ts';
import { loraCheckpoints } from '../../support/oracle.ts';

quantisedSuite('cpu', 64, loraCheckpoints);
