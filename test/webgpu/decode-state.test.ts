import { decodeStateSuite } from '../suites/decode-state.ts';

decodeStateSuite('webgpu', 31);
