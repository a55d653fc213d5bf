/// How the page looks: light and dark, narrow and wide, on paper.
enum HTMLStyle {
  static let text = """
    :root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--muted:#57606a;--line:#d0d7de;--card:#f6f8fa;\
    --done:#1a7f37;--failed:#c11f2a;--refused:#6f42c1;--unknown:#8a5a00;--other:#57606a;--link:#0550ae}
    @media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--muted:#9da7b1;--line:#30363d;\
    --card:#161b22;--done:#3fb950;--failed:#ff8078;--refused:#d2a8ff;--unknown:#e3b341;--other:#9da7b1;\
    --link:#79c0ff}}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:1600px;padding:1rem;background:var(--bg);color:var(--fg);\
    font:15px/1.5 system-ui,sans-serif}
    a{color:var(--link)}
    code{font:13px/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
    h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.2rem;margin:2rem 0 .6rem}h3{font-size:1rem;margin:0}
    .skip{position:absolute;left:-999px}.skip:focus{left:1rem;background:var(--bg)}
    .verdict{font-size:1.1rem;margin:.2rem 0 1rem}
    dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:.5rem 1.5rem;margin:0}
    dt{color:var(--muted);font-size:.85rem}dd{margin:0;overflow-wrap:anywhere}
    .next{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.5rem .8rem}
    .card{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--other);\
    border-radius:6px;padding:.6rem .9rem;margin:.6rem 0}
    .card p{margin:.2rem 0;color:var(--muted)}.card ul{margin:.3rem 0 0;padding-left:1.2rem}
    .card li{overflow-wrap:anywhere;white-space:pre-wrap}
    .card.failed{border-left-color:var(--failed)}.card.refused{border-left-color:var(--refused)}\
    .card.unknown{border-left-color:var(--unknown)}
    .badge{white-space:nowrap;font-weight:600;color:var(--other)}
    .badge.done{color:var(--done)}.badge.failed{color:var(--failed)}.badge.refused{color:var(--refused)}\
    .badge.unknown{color:var(--unknown)}
    .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px}
    table{border-collapse:collapse;width:100%}
    th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
    th{background:var(--card);position:sticky;top:0}
    table:not(.accounts) td:nth-child(n+4):nth-child(-n+6){text-align:right;font-variant-numeric:tabular-nums}
    #rows td:nth-child(7){min-width:20rem}
    tr:target,tr.hit{outline:3px solid var(--link);outline-offset:-3px}
    .script td:nth-child(2){text-align:right;color:var(--muted)}.script td:nth-child(3){width:100%}
    .script code{white-space:pre-wrap}
    #controls{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.5rem 0}\
    #controls[hidden]{display:none}
    input{font:inherit;padding:.3rem .6rem;border:1px solid var(--muted);border-radius:6px;\
    background:var(--bg);color:var(--fg);min-width:16rem}
    button{font:inherit;padding:.25rem .7rem;border:1px solid var(--muted);border-radius:1rem;\
    background:var(--bg);color:var(--fg);cursor:pointer}
    button[aria-pressed=true]{background:var(--fg);color:var(--bg)}
    :focus-visible{outline:3px solid var(--link);outline-offset:2px}
    svg{display:block;width:100%}.timeline{min-width:700px;background:var(--bg)}
    .bar{cursor:pointer;stroke:var(--bg);stroke-width:.5;fill:var(--other)}
    .bar.done{fill:var(--done)}.bar.failed{fill:url(#p-failed);stroke:var(--failed);stroke-width:1}\
    .bar.refused{fill:url(#p-refused);stroke:var(--refused);stroke-width:1}\
    .bar.unknown{fill:url(#p-unknown);stroke:var(--unknown);stroke-width:1}\
    .bar.tolerated{fill:url(#p-tolerated);stroke:var(--other);stroke-width:1}
    .ground{fill:var(--bg)}.ink.failed{fill:var(--failed)}.ink.unknown{fill:var(--unknown)}\
    .ink.tolerated{fill:var(--other)}.stroke.refused{stroke:var(--refused);stroke-width:1.2;fill:none}
    .pause{fill:var(--unknown);opacity:.25}.axis{stroke:var(--line)}.label{fill:var(--muted);font-size:11px}
    .chart{height:88px}.series{fill:none;stroke:var(--done);stroke-width:1.5;vector-effect:non-scaling-stroke}\
    .series.s1{stroke:var(--refused);stroke-dasharray:4 2}
    figure{margin:1rem 0}figcaption{color:var(--muted);font-size:.9rem}
    .times{display:flex;justify-content:space-between;color:var(--muted);font-size:.8rem;margin:0}
    .legend{color:var(--muted);font-size:.9rem}.others{padding-left:1.2rem}\
    .others li{overflow-wrap:anywhere}.at{color:var(--muted)}
    @media (max-width:600px){body{padding:.6rem}input{min-width:0;width:100%}}
    @media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
    @media print{body{max-width:none;padding:0;font-size:11px}#controls,.skip,#more{display:none}\
    .scroll{overflow:visible;border:0}thead{display:table-header-group}th{position:static}\
    tr,.card{break-inside:avoid}}
    """
}
