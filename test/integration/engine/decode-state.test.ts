import { decodeStateSuite } from '../../suites/decode-state.ts';

decodeStateSuite('cpu', 64);
