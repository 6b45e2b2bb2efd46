import { looks } from './looks.ts';

function colours(which: 0 | 1): string {
  return Object.entries(looks)
    .map(([arm, look]) => `.arm-${arm}{--arm:${look.colours[which]}}`)
    .join('');
}

export const style = `
:root{color-scheme:light dark;--ground:#fff;--text:#1c1c1c;--quiet:#5c5c5c;--rule:#dcdcdc;--stripe:#f5f5f3}
${colours(0)}
@media (prefers-color-scheme:dark){
:root{--ground:#16181a;--text:#ececec;--quiet:#a6a6a6;--rule:#3a3d40;--stripe:#1e2124}
${colours(1)}
}
body{margin:0 auto;max-width:70rem;padding:2rem 1.5rem 4rem;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2.5rem 0 .5rem}
p,dd,figcaption{color:var(--quiet);max-width:48rem}
figure{margin:0 0 1rem}
svg{display:block;width:100%;max-width:58rem;height:auto;font:12.5px system-ui,sans-serif;fill:var(--text)}
.grid{stroke:var(--rule);stroke-width:1}
.line{fill:none;stroke:var(--arm);stroke-width:2}
.arm-rosa2 .line{stroke-width:3.5}
.lead{fill:none;stroke:var(--arm);stroke-width:1;opacity:.45}
.whisker{fill:none;stroke:var(--arm);stroke-width:2}
.mark{fill:var(--arm);stroke:var(--arm);stroke-width:1.75}
.hollow{fill:var(--ground)}
.name{fill:var(--arm);font-weight:600}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;white-space:nowrap}
th,td{padding:.35rem .7rem;text-align:right;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child{text-align:left}
tbody tr:nth-child(even){background:var(--stripe)}
tr.arm-rosa2 td{font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}dt{font-weight:600}dd{margin:0}
`;
